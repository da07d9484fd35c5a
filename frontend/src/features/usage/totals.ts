import type { Bucket, CostResult, UsageResult } from '@/lib/api/types';

export interface ModelUsage {
  model: string;
  requests: number;
  input: number;
  cached: number;
  output: number;
}

export interface LineItemCost {
  item: string;
  microUsd: number;
}

const OTHER = '–';

/** Each model's use over all days, the largest first. */
export function usageByModel(buckets: Bucket<UsageResult>[]): ModelUsage[] {
  const totals = new Map<string, ModelUsage>();
  for (const result of buckets.flatMap((bucket) => bucket.results)) {
    const model = result.model ?? OTHER;
    const sum = totals.get(model) ?? { model, requests: 0, input: 0, cached: 0, output: 0 };
    sum.requests += result.num_model_requests;
    sum.input += result.input_tokens;
    sum.cached += result.input_cached_tokens;
    sum.output += result.output_tokens;
    totals.set(model, sum);
  }
  return [...totals.values()].sort((a, b) => b.input + b.output - (a.input + a.output));
}

/** One row a day; column `m0` holds the tokens of `models[0]`, since a model's name may hold dots. */
export function tokensByDay(
  buckets: Bucket<UsageResult>[],
  models: string[],
  nameDay: (at: number) => string,
) {
  return buckets.map((bucket) => {
    const row: Record<string, string | number> = { day: nameDay(bucket.start_time) };
    models.forEach((model, at) => {
      row[`m${at}`] = bucket.results
        .filter((result) => (result.model ?? OTHER) === model)
        .reduce((sum, result) => sum + result.input_tokens + result.output_tokens, 0);
    });
    return row;
  });
}

export function costByLineItem(buckets: Bucket<CostResult>[]): LineItemCost[] {
  const totals = new Map<string, number>();
  for (const { line_item: item, amount_micro_usd: amount } of buckets.flatMap((bucket) => bucket.results)) {
    totals.set(item ?? OTHER, (totals.get(item ?? OTHER) ?? 0) + amount);
  }
  return [...totals].map(([item, microUsd]) => ({ item, microUsd })).sort((a, b) => b.microUsd - a.microUsd);
}
