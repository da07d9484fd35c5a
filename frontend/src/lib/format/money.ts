import type { Price } from '@/lib/api/types';

const MICRO_USD = 1_000_000;

function fractionDigits(amount: number): number {
  if (amount >= 100 || amount === 0) return 2;
  if (amount >= 1) return 4;
  return amount >= 0.000001 ? 6 : 12;
}

/** Dollars with as many digits as the amount needs: a tiny cost never reads $0.00. */
export function formatUsd(value: number | string, locale: string): string {
  const amount = Number(value);
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: 2,
    maximumFractionDigits: fractionDigits(Math.abs(amount)),
  }).format(amount);
}

export const formatMicroUsd = (microUsd: number, locale: string): string =>
  formatUsd(microUsd / MICRO_USD, locale);

/** What a call costs by the published price, in micro-dollars; shown as an estimate, the ledger decides. */
export function estimateMicroUsd(
  price: Price,
  tokens: { input: number; cached: number; output: number },
): number {
  const cost = (count: number, rate: number) => Math.floor((count * rate + MICRO_USD / 2) / MICRO_USD);
  return (
    cost(tokens.input - tokens.cached, price.input) +
    cost(tokens.cached, price.cached_input) +
    cost(tokens.output, price.output)
  );
}
