import { queryOptions } from '@tanstack/react-query';
import { listApiKeys } from '@/lib/api/api-keys';
import type { Scope } from '@/lib/api/client';
import { scopeKey } from '@/lib/queries/keys';

export const keysQuery = (scope: Scope) =>
  queryOptions({
    queryKey: scopeKey(scope, 'api-keys'),
    queryFn: ({ signal }) => listApiKeys(scope, signal),
  });
