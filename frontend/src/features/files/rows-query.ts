import { infiniteQueryOptions, queryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { request, type Scope } from '@/lib/api/client';
import type { Overlap, RowLineage, RowPage } from '@/lib/api/data-types';
import { filesKey } from '@/lib/queries/files';

const POLL_MS = 1_500;
const PAGE = 50;

/** Which rows are looked at. `line` is where the list begins. */
export interface RowFilter {
  search?: string;
  label?: string;
  only?: 'bad';
  line?: number;
}

type From = { after?: number; line?: number };

export const rowsQuery = (scope: Scope, fileId: string, { line, ...filter }: RowFilter) =>
  infiniteQueryOptions({
    queryKey: [...filesKey(scope), 'rows', fileId, filter, line],
    queryFn: ({ pageParam, signal }) =>
      request<RowPage>(`/v1/files/${fileId}/rows`, {
        scope,
        signal,
        query: { limit: PAGE, ...filter, ...pageParam },
      }),
    initialPageParam: { line } as From,
    getNextPageParam: (last: RowPage): From | undefined =>
      last.has_more && last.last_number !== null ? { after: last.last_number } : undefined,
  });

/** Rows page by page. A search looks through so many bytes at a time: it goes on until it finds some. */
export function useRowPages(scope: Scope, fileId: string, filter: RowFilter) {
  const query = useInfiniteQuery(rowsQuery(scope, fileId, filter));
  const { data, error, hasNextPage, isFetching, fetchNextPage } = query;
  const last = data?.pages.at(-1);
  const isLooking = hasNextPage && !error && last?.data.length === 0;
  useEffect(() => {
    if (isLooking && !isFetching) void fetchNextPage();
  }, [last, isLooking, isFetching, fetchNextPage]);
  return { ...query, isLooking };
}

/** One row, by its line; null when no sound (or no bad) row starts there. */
export const rowQuery = (scope: Scope, fileId: string, line: number, only?: 'bad') =>
  queryOptions({
    queryKey: [...filesKey(scope), 'row', fileId, line, only],
    queryFn: async ({ signal }) => {
      const query = { limit: 1, line, only };
      const { data } = await request<RowPage>(`/v1/files/${fileId}/rows`, { scope, signal, query });
      return data.find((row) => row.line === line) ?? null;
    },
  });

export const rowLineageQuery = (scope: Scope, hash: string) =>
  queryOptions({
    queryKey: [...filesKey(scope), 'row-lineage', hash],
    queryFn: ({ signal }) => request<RowLineage>(`/v1/rows/${hash}/lineage`, { scope, signal }),
  });

/** Rows of one file that are in another, too; asked again while they are compared. */
export const overlapQuery = (scope: Scope, fileId: string, withId: string) =>
  queryOptions({
    queryKey: [...filesKey(scope), 'overlap', fileId, withId],
    queryFn: ({ signal }) =>
      request<Overlap>(`/v1/files/${fileId}/overlap`, { scope, signal, query: { with: withId } }),
    refetchInterval: ({ state }) => (state.data?.status === 'comparing' ? POLL_MS : false),
    enabled: withId !== '',
  });
