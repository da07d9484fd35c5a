import { parseCsv } from '@/lib/csv';

test.each([
  [
    '\ufefflabel,f1\r\na,0.5\r\n',
    [
      ['label', 'f1'],
      ['a', '0.5'],
    ],
  ],
  [
    '"a, ""b""",1\n"two\nlines",\n',
    [
      ['a, "b"', '1'],
      ['two\nlines', ''],
    ],
  ],
  [
    'a,b\n1,',
    [
      ['a', 'b'],
      ['1', ''],
    ],
  ],
  ['', []],
])('%j is read cell by cell', (text, rows) => {
  expect(parseCsv(text)).toEqual(rows);
});
