import { queryOptions } from '@tanstack/react-query';
import { request, type Scope } from '@/lib/api/client';
import type { FileObject, Page } from '@/lib/api/types';
import { scopeKey } from '@/lib/queries/keys';

const POLL_MS = 2_000;

export const filesKey = (scope: Scope) => scopeKey(scope, 'files');

/** All files, newest first; asked again while one is being checked. */
export const filesQuery = (scope: Scope) =>
  queryOptions({
    queryKey: [...filesKey(scope), 'list'],
    queryFn: ({ signal }) => request<Page<FileObject>>('/v1/files', { scope, signal }),
    refetchInterval: ({ state }) =>
      state.data?.data.some((file) => file.status === 'uploaded') ? POLL_MS : false,
  });
