import { queryOptions } from '@tanstack/react-query';
import { request, type Scope } from '@/lib/api/client';
import type { FileReport } from '@/lib/api/report-types';
import type { FileObject } from '@/lib/api/types';
import { filesKey } from '@/lib/queries/files';

const POLL_MS = 1_500;

export const fileQuery = (scope: Scope, fileId: string) =>
  queryOptions({
    queryKey: [...filesKey(scope), 'one', fileId],
    queryFn: ({ signal }) => request<FileObject>(`/v1/files/${fileId}`, { scope, signal }),
    refetchInterval: ({ state }) => (state.data?.status === 'uploaded' ? POLL_MS : false),
  });

export const reportQuery = (scope: Scope, fileId: string) =>
  queryOptions({
    queryKey: [...filesKey(scope), 'report', fileId],
    queryFn: ({ signal }) => request<FileReport>(`/v1/files/${fileId}/report`, { scope, signal }),
    refetchInterval: ({ state }) => (state.data?.status === 'uploaded' ? POLL_MS : false),
  });
