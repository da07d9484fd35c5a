import type { OrganizationScope, Scope } from '@/lib/api/client';

/** Every tenant's cached data starts with its id, so that one write invalidates one prefix. */
export const scopeKey = (scope: Scope, ...rest: unknown[]) => [
  'tenant',
  scope.tenantId,
  scope.projectId,
  ...rest,
];

/** What belongs to the organization as a whole. */
export const organizationKey = (scope: OrganizationScope, ...rest: unknown[]) => [
  'tenant',
  scope.tenantId,
  'organization',
  ...rest,
];
