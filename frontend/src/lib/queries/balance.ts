import { queryOptions } from '@tanstack/react-query';
import { request, type Scope } from '@/lib/api/client';
import type { Balance } from '@/lib/api/types';
import { scopeKey } from '@/lib/queries/keys';

export const balanceKey = (scope: Scope) => scopeKey(scope, 'balance');

export const balanceQuery = (scope: Scope) =>
  queryOptions({
    queryKey: balanceKey(scope),
    queryFn: ({ signal }) => request<Balance>('/v1/organization/balance', { scope, signal }),
    refetchInterval: 15_000,
  });
