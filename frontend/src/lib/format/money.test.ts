import { estimateMicroUsd, formatBalance, formatCap, formatMicroUsd, formatRate } from '@/lib/format/money';

test.each([
  [0, '$0.00'],
  [123, '$0.000123'],
  [1, '$0.000001'],
  [9_999, '$0.009999'],
  [50_400, '$0.05'],
  [4_949_877, '$4.95'],
  [5_000_000, '$5.00'],
  [1_234_567_890, '$1,234.57'],
  [-50_400, '-$0.05'],
])('a cost of %d micro-dollars reads %s', (amount, text) => {
  expect(formatMicroUsd(amount, 'en')).toBe(text);
});

test('a balance is never rounded up, a cap never down', () => {
  expect(formatBalance(4_949_877, 'en')).toBe('$4.94');
  expect(formatBalance(-50_400, 'en')).toBe('-$0.06');
  expect(formatBalance(955, 'zh-CN')).toBe('$0.000955');
  expect(formatCap(50_400, 'en')).toBe('$0.06');
  expect(formatCap(50_000, 'en')).toBe('$0.05');
});

test.each([
  [400_000, '$0.40'],
  [12_500, '$0.0125'],
  [1_000_000, '$1.00'],
])('a unit price of %d micro-dollars keeps its digits: %s', (amount, text) => {
  expect(formatRate(amount, 'en')).toBe(text);
});

test('an estimate rounds each line half up, as the ledger does', () => {
  const price = { training: 0, input: 50_000, cached_input: 12_500, output: 100_000 };
  expect(estimateMicroUsd(price, { input: 110, cached: 10, output: 25 })).toBe(5 + 0 + 3);
});
