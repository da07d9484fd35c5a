import type { FileRow, Finding, RowPage } from '@/lib/api/data-types';
import type { FileReport } from '@/lib/api/report-types';

/** Reports and rows of the files in `fixtures`, as the API answers them. */

export const report: FileReport = {
  object: 'file.report',
  file_id: 'file-2',
  status: 'processed',
  format: 'classification',
  rows: 1200,
  syntax: 'csv',
  encoding: 'utf-8',
  spelling: 'columns',
  mapping: { format: 'classification', columns: { text: ['text'], label: ['label'] } },
  columns: [
    { name: 'text', kind: 'text', distinct: 1180, examples: ['Where is my new card?'] },
    { name: 'label', kind: 'text', distinct: 4, examples: ['card_arrival'] },
    { name: 'topic', kind: 'text', distinct: 3, examples: ['cards'] },
  ],
  advice: [
    {
      severity: 'warning',
      code: 'duplicate_rows',
      rows: 3,
      lines: [17, 40, 41],
      param: null,
      fix: 'drop_duplicates',
    },
    { severity: 'warning', code: 'label_suspects', rows: 1, lines: [98], param: 'label', fix: null },
    {
      severity: 'info',
      code: 'near_duplicate_rows',
      rows: 2,
      lines: [60],
      param: null,
      fix: 'drop_near_duplicates',
    },
  ],
  errors: [],
  error_count: 0,
  errors_truncated: false,
  warnings: [
    {
      line: 17,
      param: 'text',
      code: 'duplicate_rows',
      message: 'Line 17 is the same as line 4.',
      values: { other: 4 },
      fix: 'drop_duplicates',
    },
  ],
  warning_count: 1,
  fixes: [
    { code: 'drop_duplicates', rows: 3, loses_rows: true },
    { code: 'drop_near_duplicates', rows: 2, loses_rows: true },
    { code: 'strip_labels', rows: 5, loses_rows: false },
  ],
  labels: [
    { label: 'card_arrival', rows: 420 },
    { label: 'lost_or_stolen_card', rows: 360 },
    { label: 'exchange_rate', rows: 250 },
    { label: 'cash_withdrawal_charge', rows: 170 },
  ],
  sample: [
    { text: 'Where is my new card?', label: 'card_arrival' },
    { text: 'I think somebody took my card', label: 'lost_or_stolen_card' },
  ],
  lengths: {
    unit: 'characters',
    min: 8,
    median: 47,
    p95: 120,
    max: 433,
    histogram: [
      { from: 0, to: 99, rows: 1100 },
      { from: 100, to: 199, rows: 80 },
      { from: 200, to: 499, rows: 20 },
    ],
  },
  duplicates: {
    exact: 3,
    near: 2,
    groups: [
      { kind: 'exact', lines: [4, 17] },
      { kind: 'near', lines: [60, 61] },
    ],
  },
  languages: [
    { language: 'en', rows: 1150 },
    { language: 'zh', rows: 50 },
  ],
  sensitive: [{ kind: 'email', rows: 2, lines: [33, 71], example: 'a**@e******.com' }],
  label_suspects: [{ line: 98, label: 'card_arrival', suggested: 'exchange_rate', confidence: 0.94 }],
  examined: { rows: 1200, of: 1200 },
  methods: ['classification'],
  trainable_formats: ['chat', 'classification'],
  progress: null,
};

const finding = (
  line: number | null,
  param: string | null,
  code: string,
  message: string,
  values: Finding['values'] = {},
): Finding => ({ line, param, code, message, values, fix: null });

/** One of many kinds each, as the doctor says them. */
export const manyFindings: Finding[] = [
  finding(10, 'text', 'invalid_number', "Line 10: 'text' must be a number, not 'seven'.", { value: 'seven' }),
  finding(11, null, 'invalid_json', "Line 11 is not valid JSON: Expecting ',' delimiter at column 1204.", {
    reason: 'comma',
    says: "Expecting ',' delimiter",
    column: 1204,
  }),
  finding(12, null, 'wrong_column_count', 'Line 12 has 4 column(s), but the header names 2.', {
    reason: 'more',
    found: 4,
    wanted: 2,
  }),
  finding(17, null, 'duplicate_rows', 'Line 17 is the same as line 4.', { other: 4 }),
  finding(21, null, 'near_duplicate_rows', 'Line 21 is nearly the same as line 1.', { other: 1 }),
  finding(22, null, 'conflicting_labels', 'Line 22 asks the same as line 2, with another label.', {
    other: 2,
    answer: 'label',
  }),
  finding(33, null, 'sensitive_data', 'Line 33 seems to hold something private: email.', { kind: 'email' }),
  finding(40, null, 'other_language', 'Line 40 is in another language (de) than most rows (zh).', {
    language: 'de',
    main: 'zh',
  }),
  finding(41, null, 'long_rows', 'Line 41 has 5,210 characters, far more than most rows.', {
    characters: 5210,
  }),
  finding(44, null, 'short_rows', 'Line 44 has hardly any text.'),
  finding(
    98,
    'label',
    'suspected_label',
    "Line 98: the text looks like 'refund', but its label is '$t(b)'.",
    {
      suggested: 'refund',
      value: '$t(b)',
    },
  ),
  finding(null, 'label', 'rare_label', "The label '{{line}}' has only 1 row.", { value: '{{line}}' }),
  { line: 50, param: null, code: 'duplicate_rows', message: 'Line 50 is the same as line 3.', fix: null },
];

export const brokenReport: FileReport = {
  ...report,
  file_id: 'file-3',
  status: 'error',
  rows: 14,
  advice: [
    { severity: 'error', code: 'blank_label', rows: 1, lines: [3], param: 'label', fix: 'drop_rows' },
    { severity: 'error', code: 'blank_text', rows: 1, lines: [9], param: 'text', fix: 'drop_rows' },
  ],
  errors: [
    {
      line: 3,
      param: 'label',
      code: 'blank_label',
      message: 'Line 3: the label is blank.',
      values: {},
      fix: 'drop_rows',
    },
    { line: 9, param: 'text', code: 'code_of_tomorrow', message: 'The text is odd', values: {}, fix: null },
  ],
  error_count: 2,
  warnings: manyFindings,
  warning_count: manyFindings.length,
  fixes: [{ code: 'drop_rows', rows: 2, loses_rows: true }],
  labels: [],
  duplicates: { exact: 0, near: 0, groups: [] },
  languages: [],
  sensitive: [],
  label_suspects: [],
};

export const chatReport: FileReport = {
  ...report,
  file_id: 'file-1',
  format: 'chat',
  rows: 640,
  syntax: 'jsonl',
  spelling: 'openai',
  mapping: null,
  columns: [],
  advice: [],
  warnings: [],
  warning_count: 0,
  fixes: [],
  labels: [],
  duplicates: { exact: 0, near: 0, groups: [] },
  sensitive: [],
  label_suspects: [],
  sample: [
    {
      messages: [
        { role: 'user', content: 'Where is my parcel?' },
        { role: 'assistant', content: 'It leaves our house today.' },
      ],
    },
  ],
};

export const readingReport: FileReport = {
  ...chatReport,
  file_id: 'file-4',
  status: 'uploaded',
  rows: null,
  progress: { bytes: 2_900_000, total_bytes: 5_800_000, rows: 3100 },
};

const reports = [chatReport, brokenReport, readingReport];
export const reportOf = (fileId: string) =>
  reports.find(({ file_id: id }) => id === fileId) ?? { ...report, file_id: fileId };

const row = (number: number, text: string, label: string): FileRow => ({
  object: 'file.row',
  number,
  line: number + 2,
  hash: `${number}`.padStart(32, '0'),
  row: { text, label },
  findings: [],
});

export const rows: FileRow[] = [
  row(0, 'Where is my new card?', 'card_arrival'),
  row(1, 'I think somebody took my card', 'lost_or_stolen_card'),
  row(2, '我的新卡在哪里？', 'card_arrival'),
];

export const badRow: FileRow = {
  object: 'file.row',
  number: 0,
  line: 3,
  hash: null,
  row: { text: 'No label here', label: '' },
  findings: brokenReport.errors.slice(0, 1),
};

export const pageOfRows = (data: FileRow[], has_more = false): RowPage => ({
  object: 'list',
  data,
  has_more,
  last_number: data.at(-1)?.number ?? null,
});
