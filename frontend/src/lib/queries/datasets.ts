import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { listUploads } from '@/lib/api/uploads';
import { request, type Scope } from '@/lib/api/client';
import type { Dataset, DatasetDiff, FileLineage, FileTokens, Version } from '@/lib/api/data-types';
import type { Page } from '@/lib/api/types';
import { filesKey } from '@/lib/queries/files';
import { scopeKey } from '@/lib/queries/keys';
import { listQuery } from '@/lib/queries/list';

const POLL_MS = 1_500;
const MOST = 100; // in a list to choose from

export const datasetsKey = (scope: Scope) => scopeKey(scope, 'datasets');

/** Everything that a new version changes. */
export const dataKeys = (scope: Scope) => [datasetsKey(scope), filesKey(scope), uploadsKey(scope)];

const isReading = (version: Version | null) => version?.status === 'uploaded';

/** All datasets, newest first; asked again while a latest version is being read. */
export const datasetsQuery = (scope: Scope) => ({
  ...listQuery<Dataset>({ queryKey: [...datasetsKey(scope), 'list'], path: '/v1/datasets', scope }),
  refetchInterval: ({ state }: { state: { data?: { pages: Page<Dataset>[] } } }) =>
    state.data?.pages.some(({ data }) => data.some(({ latest }) => isReading(latest))) ? POLL_MS : false,
});

/** The newest datasets, to choose one from. */
export const datasetChoiceQuery = (scope: Scope) =>
  queryOptions({
    queryKey: [...datasetsKey(scope), 'choice'],
    queryFn: ({ signal }) =>
      request<Page<Dataset>>('/v1/datasets', { scope, signal, query: { limit: MOST } }),
  });

export const datasetQuery = (scope: Scope, datasetId: string) =>
  queryOptions({
    queryKey: [...datasetsKey(scope), 'one', datasetId],
    queryFn: ({ signal }) => request<Dataset>(`/v1/datasets/${datasetId}`, { scope, signal }),
  });

/** A dataset's versions, newest first; asked again while one is being made or read. */
export const versionsQuery = (scope: Scope, datasetId: string) =>
  queryOptions({
    queryKey: [...datasetsKey(scope), 'versions', datasetId],
    queryFn: ({ signal }) =>
      request<Page<Version>>(`/v1/datasets/${datasetId}/versions`, { scope, signal, query: { limit: MOST } }),
    refetchInterval: ({ state }) => (state.data?.data.some(isReading) ? POLL_MS : false),
  });

export const diffQuery = (scope: Scope, datasetId: string, from: string, to: string) =>
  infiniteQueryOptions({
    queryKey: [...datasetsKey(scope), 'diff', datasetId, from, to],
    queryFn: ({ pageParam, signal }) =>
      request<DatasetDiff>(`/v1/datasets/${datasetId}/diff`, {
        scope,
        signal,
        query: { from, to, after: pageParam },
      }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last: DatasetDiff) => (last.has_more ? (last.last_number ?? undefined) : undefined),
  });

export const lineageQuery = (scope: Scope, fileId: string) =>
  queryOptions({
    queryKey: [...datasetsKey(scope), 'lineage', fileId],
    queryFn: ({ signal }) => request<FileLineage>(`/v1/files/${fileId}/lineage`, { scope, signal }),
  });

/** The tokens of a file under a base's own template; asked again while they are counted. */
export const tokensQuery = (scope: Scope, fileId: string, model: string, maxLength?: number) =>
  queryOptions({
    queryKey: [...filesKey(scope), 'tokens', fileId, model, maxLength],
    queryFn: ({ signal }) =>
      request<FileTokens>(`/v1/files/${fileId}/tokens`, {
        scope,
        signal,
        query: { model, max_length: maxLength },
      }),
    refetchInterval: ({ state }) => (state.data?.status === 'counting' ? POLL_MS : false),
    enabled: fileId !== '' && model !== '',
  });

export const uploadsKey = (scope: Scope) => scopeKey(scope, 'uploads');

/** The uploads that wait to be gone on with. */
export const uploadsQuery = (scope: Scope) =>
  queryOptions({
    queryKey: uploadsKey(scope),
    queryFn: ({ signal }) => listUploads(scope, signal),
  });
