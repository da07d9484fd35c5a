import { summaryOf } from '@/components/ui/row-summary';

test('a row is its values in one line, without the digest of its file', () => {
  expect(summaryOf({ image: 'cats/1.png', sha256: 'a'.repeat(64), label: 'cat' })).toBe('cats/1.png → cat');
});
