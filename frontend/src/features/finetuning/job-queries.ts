import { queryOptions } from '@tanstack/react-query';
import { jsonOf, request, send, type Scope } from '@/lib/api/client';
import { errorFromBody } from '@/lib/api/errors';
import type { Checkpoint, Job, JobEvent, MetricPoint, Page } from '@/lib/api/types';
import { parseCsv } from '@/lib/csv';
import { isFinished, jobsKey } from '@/lib/queries/jobs';
import { scopeKey } from '@/lib/queries/keys';

export const LIVE_MS = 1_500;

const path = (jobId: string) => `/v1/fine_tuning/jobs/${jobId}`;

export const jobKey = (scope: Scope, jobId: string) => [...jobsKey(scope), 'one', jobId];

export const jobQuery = (scope: Scope, jobId: string) =>
  queryOptions({
    queryKey: [...jobKey(scope, jobId), 'job'],
    queryFn: ({ signal }) => request<Job>(path(jobId), { scope, signal }),
    refetchInterval: ({ state }) => (state.data && isFinished(state.data) ? false : LIVE_MS),
  });

/** `isLive`: the job still runs, so ask again and again. */
const liveList = <Item>(
  scope: Scope,
  jobId: string,
  list: string,
  { limit, isLive }: { limit?: number; isLive: boolean },
) =>
  queryOptions({
    queryKey: [...jobKey(scope, jobId), list],
    queryFn: ({ signal }) =>
      request<Page<Item>>(`${path(jobId)}/${list}`, { scope, signal, query: { limit } }),
    refetchInterval: isLive ? LIVE_MS : false,
  });

export const metricsQuery = (scope: Scope, jobId: string, isLive: boolean) =>
  liveList<MetricPoint>(scope, jobId, 'metrics', { isLive });

export const eventsQuery = (scope: Scope, jobId: string, isLive: boolean) =>
  liveList<JobEvent>(scope, jobId, 'events', { limit: 100, isLive });

export const checkpointsQuery = (scope: Scope, jobId: string, isLive: boolean) =>
  liveList<Checkpoint>(scope, jobId, 'checkpoints', { limit: 50, isLive });

/** The cells of a result file. It never changes. */
export const resultTableQuery = (scope: Scope, fileId: string) =>
  queryOptions({
    queryKey: scopeKey(scope, 'result-table', fileId),
    queryFn: async ({ signal }) => {
      const response = await send(`/v1/files/${fileId}/content`, { scope, signal });
      if (!response.ok) throw errorFromBody(response.status, await jsonOf(response));
      return parseCsv(await response.text());
    },
    staleTime: Infinity,
  });
