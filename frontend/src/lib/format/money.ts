import type { Price } from '@/lib/api/types';

const MICRO_USD = 1_000_000;
const CENT = 0.01;

type Rounding = 'halfExpand' | 'ceil' | 'floor';

const dollars = (amount: number, locale: string, options: Intl.NumberFormatOptions) =>
  new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: 2,
    ...options,
  }).format(amount);

/** Dollars and cents; an amount below a cent keeps its digits, so that a tiny cost never reads $0.00. */
function formatUsd(amount: number, locale: string, roundingMode: Rounding): string {
  const isTiny = amount !== 0 && Math.abs(amount) < CENT;
  const digits = isTiny ? { maximumFractionDigits: 6 } : { maximumFractionDigits: 2, roundingMode };
  return dollars(amount, locale, digits as Intl.NumberFormatOptions);
}

/** What something cost. */
export const formatMicroUsd = (microUsd: number, locale: string): string =>
  formatUsd(microUsd / MICRO_USD, locale, 'halfExpand');

/** What is there to spend: never more than there is. */
export const formatBalance = (microUsd: number, locale: string): string =>
  formatUsd(microUsd / MICRO_USD, locale, 'floor');

/** The most that something can cost: never less than that. */
export const formatCap = (microUsd: number, locale: string): string =>
  formatUsd(microUsd / MICRO_USD, locale, 'ceil');

/** A unit price, with all its digits. */
export const formatRate = (microUsd: number, locale: string): string =>
  dollars(microUsd / MICRO_USD, locale, { maximumFractionDigits: 6 });

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
