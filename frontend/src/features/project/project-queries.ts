import type { ProjectMember, RateLimit, ServiceAccount } from '@/lib/api/admin-types';
import type { Scope } from '@/lib/api/client';
import { scopeKey } from '@/lib/queries/keys';
import { listQuery } from '@/lib/queries/list';

/** Below one project in the organization's administration. */
export const projectPath = ({ projectId }: Scope, ...rest: string[]) =>
  ['/v1/organization/projects', projectId, ...rest].join('/');

const projectList = <Item>(scope: Scope, name: string) =>
  listQuery<Item>({
    queryKey: scopeKey(scope, name),
    path: projectPath(scope, name),
    scope,
    query: { limit: 50 },
  });

export const projectMembersQuery = (scope: Scope) => projectList<ProjectMember>(scope, 'users');

export const serviceAccountsQuery = (scope: Scope) => projectList<ServiceAccount>(scope, 'service_accounts');

export const rateLimitsQuery = (scope: Scope) => projectList<RateLimit>(scope, 'rate_limits');
