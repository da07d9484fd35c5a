import { infiniteQueryOptions, type QueryKey } from '@tanstack/react-query';
import { request, type RequestOptions } from '@/lib/api/client';
import type { Page } from '@/lib/api/types';

interface ListOptions {
  queryKey: QueryKey;
  path: string;
  scope: RequestOptions['scope'];
  query?: RequestOptions['query'];
}

/** A list of OpenAI's kind, page after page by its cursor, as one flat array. */
export const listQuery = <Item>({ queryKey, path, scope, query }: ListOptions) =>
  infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      request<Page<Item>>(path, { scope, signal, query: { ...query, after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Page<Item>) => (last.has_more ? (last.last_id ?? undefined) : undefined),
    select: ({ pages }) => pages.flatMap(({ data }) => data),
  });
