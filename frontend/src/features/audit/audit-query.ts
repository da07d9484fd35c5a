import { auditParams, type AuditFilters } from '@/features/audit/audit-filters';
import type { AuditLog } from '@/lib/api/admin-types';
import type { OrganizationScope } from '@/lib/api/client';
import { organizationKey } from '@/lib/queries/keys';
import { listQuery } from '@/lib/queries/list';

export const AUDIT_PATH = '/v1/organization/audit_logs';

export const auditQuery = (scope: OrganizationScope, filters: AuditFilters) =>
  listQuery<AuditLog>({
    queryKey: organizationKey(scope, 'audit', filters),
    path: AUDIT_PATH,
    scope,
    query: { limit: 50, ...auditParams(filters) },
  });
