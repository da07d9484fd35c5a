import { queryOptions } from '@tanstack/react-query';
import { request, type Scope } from '@/lib/api/client';
import type { CostsPage, UsagePage } from '@/lib/api/types';
import { scopeKey } from '@/lib/queries/keys';

const DAY_SECONDS = 86_400;
const POLL_MS = 15_000;

export type Period = 7 | 30;

/** The first of the last `days` days, in UTC as the buckets are. */
const startOf = (days: Period) => (Math.floor(Date.now() / 1000 / DAY_SECONDS) - days + 1) * DAY_SECONDS;

export const usageQuery = (scope: Scope, days: Period) =>
  queryOptions({
    queryKey: scopeKey(scope, 'usage', days),
    queryFn: ({ signal }) =>
      request<UsagePage>('/v1/organization/usage/completions', {
        scope,
        signal,
        query: { start_time: startOf(days), bucket_width: '1d', limit: days, 'group_by[]': ['model'] },
      }),
    refetchInterval: POLL_MS,
  });

export const costsQuery = (scope: Scope, days: Period) =>
  queryOptions({
    queryKey: scopeKey(scope, 'costs', days),
    queryFn: ({ signal }) =>
      request<CostsPage>('/v1/organization/costs', {
        scope,
        signal,
        query: { start_time: startOf(days), bucket_width: '1d', limit: days, 'group_by[]': ['line_item'] },
      }),
    refetchInterval: POLL_MS,
  });
