import { infiniteQueryOptions } from '@tanstack/react-query';
import { listApiKeys } from '@/lib/api/api-keys';
import type { Scope } from '@/lib/api/client';
import type { ApiKey, Page } from '@/lib/api/types';
import { scopeKey } from '@/lib/queries/keys';

export const keysQuery = (scope: Scope) =>
  infiniteQueryOptions({
    queryKey: scopeKey(scope, 'api-keys'),
    queryFn: ({ pageParam, signal }) => listApiKeys(scope, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Page<ApiKey>) => (last.has_more ? (last.last_id ?? undefined) : undefined),
    select: ({ pages }) => pages.flatMap(({ data }) => data),
  });

export const ownerName = ({ owner }: ApiKey): string =>
  owner.service_account?.name ?? (owner.user?.name || owner.user?.email || '–');
