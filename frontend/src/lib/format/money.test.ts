import { estimateMicroUsd, formatMicroUsd, formatUsd } from '@/lib/format/money';

test.each([
  [0, '$0.00'],
  [123, '$0.000123'],
  [1, '$0.000001'],
  [50_400, '$0.0504'],
  [4_999_980, '$5.00'],
  [4_949_877, '$4.9499'],
  [5_000_000, '$5.00'],
  [1_234_567_890, '$1,234.57'],
  [-50_400, '-$0.0504'],
])('%d micro-dollars read %s', (amount, text) => {
  expect(formatMicroUsd(amount, 'en')).toBe(text);
});

test('decimal strings and fractions of a micro-dollar keep their digits', () => {
  expect(formatUsd('0.000123', 'en')).toBe('$0.000123');
  expect(formatUsd('0.00000004', 'en')).toBe('$0.00000004');
  expect(formatUsd('0.000123', 'zh-CN')).toBe('$0.000123');
});

test('an estimate rounds each line half up, as the ledger does', () => {
  const price = { training: 0, input: 50_000, cached_input: 12_500, output: 100_000 };
  expect(estimateMicroUsd(price, { input: 110, cached: 10, output: 25 })).toBe(5 + 0 + 3);
});
