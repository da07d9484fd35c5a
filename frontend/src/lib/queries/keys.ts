import type { Scope } from '@/lib/api/client';

/** Every tenant's cached data starts with its id, so that one write invalidates one prefix. */
export const scopeKey = (scope: Scope, ...rest: unknown[]) => [
  'tenant',
  scope.tenantId,
  scope.projectId,
  ...rest,
];
