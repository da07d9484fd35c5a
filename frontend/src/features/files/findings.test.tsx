import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { setLanguage } from '@/lib/i18n/i18n';
import { files } from '@/testing/fixtures';
import { brokenReport, manyFindings } from '@/testing/report-fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

afterEach(() => setLanguage('en'));

/** What stands under each finding's title, row by row; '' where nothing does. */
async function details(language: 'en' | 'zh-CN', label: string) {
  setLanguage(language);
  renderApp('/files/file-3');
  const region = await screen.findByRole('region', { name: label });
  return within(region)
    .getAllByRole('row')
    .slice(1)
    .map((row) => {
      const [, cell] = within(row).getAllByRole('cell');
      return [...(cell?.children ?? [])]
        .slice(1)
        .map((line) => line.textContent)
        .join(' ');
    });
}

test('in English a finding says beyond its title what its values are', async () => {
  expect(await details('en', 'Warnings')).toEqual([
    '“seven” is not a number.',
    'A comma is expected at column 1,204.',
    '4 columns, but the header names 2. Put quotes around a text that holds the separator.',
    'The same as line 4.',
    'Nearly the same as line 1.',
    'It asks the same as line 2.',
    'This seems to be private: E-mail address.',
    'German, while most rows are in Chinese.',
    '5,210 characters.',
    '',
    'The text looks like “refund”, but its label is “$t(b)”.',
    '“{{line}}” has only 1 row.',
    'Line 50 is the same as line 3.',
  ]);
});

test('in Chinese it says the same, and only a report of before is left in English', async () => {
  expect(await details('zh-CN', '警告')).toEqual([
    '“seven”不是数值。',
    '第 1,204 列处缺少逗号。',
    '有 4 列，而表头有 2 列。含有分隔符的文本请加引号。',
    '与第 4 行相同。',
    '与第 1 行近似。',
    '与第 2 行的内容相同。',
    '可能含有：电子邮箱。',
    '此行为德语，而大多数行为中文。',
    '共 5,210 个字符。',
    '',
    '文本更像“refund”，而标签是“$t(b)”。',
    '“{{line}}”只有 1 行。',
    manyFindings.at(-1)?.message,
  ]);
});

test('of a version that could not be made it says why, in Chinese too', async () => {
  const failed = { ...files[2], bytes: 0, status: 'error', status_details: 'No row would be left.' };
  const why = { line: null, param: null, code: 'no_rows_left', message: 'No row would be left.', fix: null };
  server.use(
    http.get('/v1/files/file-3', () => HttpResponse.json(failed)),
    http.get('/v1/files/file-3/report', () =>
      HttpResponse.json({ ...brokenReport, rows: null, errors: [why], error_count: 1, warnings: [] }),
    ),
  );
  expect(await details('zh-CN', '错误')).toEqual(['请调整条件，以保留部分行。']);
  expect(screen.getByRole('alert')).toHaveTextContent('未能生成此版本');
  expect(document.body).not.toHaveTextContent('No row would be left');
});

test('a refusal of a file is said in Chinese, with its line', async () => {
  const error = { message: 'Line 12: the template takes no tools.', code: 'invalid_training_file' };
  server.use(http.get('/v1/files/file-1/tokens', () => HttpResponse.json({ error }, { status: 400 })));
  setLanguage('zh-CN');
  renderApp('/files/file-1?view=tokens');
  const note = await screen.findByRole('alert');
  expect(note).toHaveTextContent('第 12 行 · 此文件不能用于此处');
  expect(note).not.toHaveTextContent('template');
});

test('a finding whose title says it all has no other line', async () => {
  expect(await details('en', 'Errors')).toEqual(['Fix: Leave out rows that stay bad', '']);
});
