import { queryOptions } from '@tanstack/react-query';
import { request, type Scope } from '@/lib/api/client';
import type { Job, JobStatus, Page } from '@/lib/api/types';
import { scopeKey } from '@/lib/queries/keys';

const POLL_MS = 4_000;
const FINISHED = ['succeeded', 'failed', 'cancelled'];

export const isFinished = (job: Pick<Job, 'status'>) => FINISHED.includes(job.status);

/** How a job ended, for signs and colours: a model that beats nothing simple is no plain success. */
export function outcomeOf({ status, finery }: Job): JobStatus | 'no_better' | 'worse' {
  const verdict = finery.result?.verdict;
  return status === 'succeeded' && verdict && verdict !== 'better' ? verdict : status;
}

export const jobsKey = (scope: Scope) => scopeKey(scope, 'jobs');

export const jobsQuery = (scope: Scope, limit = 50) =>
  queryOptions({
    queryKey: [...jobsKey(scope), 'list', limit],
    queryFn: ({ signal }) => request<Page<Job>>('/v1/fine_tuning/jobs', { scope, signal, query: { limit } }),
    refetchInterval: ({ state }) => (state.data?.data.some((job) => !isFinished(job)) ? POLL_MS : false),
  });
