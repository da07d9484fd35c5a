import type { Member } from '@/lib/api/admin-types';
import type { OrganizationScope } from '@/lib/api/client';
import { organizationKey } from '@/lib/queries/keys';
import { listQuery } from '@/lib/queries/list';

export const membersKey = (scope: OrganizationScope) => organizationKey(scope, 'members');

export const membersQuery = (scope: OrganizationScope) =>
  listQuery<Member>({
    queryKey: membersKey(scope),
    path: '/v1/organization/users',
    scope,
    query: { limit: 50 },
  });

/** What a member is called: the name if there is one, else the address. */
export const memberName = ({
  name,
  email,
  id,
}: {
  name?: string | null;
  email?: string | null;
  id: string;
}) => name || email || id;
