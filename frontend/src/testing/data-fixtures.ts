import type {
  Dataset,
  DatasetDiff,
  FileLineage,
  FileTokens,
  MappingPreview,
  Overlap,
  RowLineage,
  Version,
} from '@/lib/api/data-types';
import type { Upload } from '@/lib/api/upload-types';
import { NOW, TUNED_CLASSIFIER } from '@/testing/fixtures';
import { rows } from '@/testing/report-fixtures';

/** Datasets and what belongs to them, as the API answers them. */

const version = (number: number, fileId: string, changes: Partial<Version> = {}): Version => ({
  object: 'dataset.version',
  dataset_id: 'dataset_1',
  version: number,
  file_id: fileId,
  filename: 'intents.csv',
  status: 'processed',
  status_details: null,
  format: 'classification',
  rows: 1200,
  bytes: 92_110,
  created_at: NOW,
  made_by: { operation: { type: 'upload' }, parents: [] },
  ...changes,
});

export const versions: Version[] = [
  version(2, 'file-2', {
    made_by: { operation: { type: 'fix', fixes: ['drop_rows', 'strip_labels'] }, parents: ['file-3'] },
  }),
  version(1, 'file-3', { status: 'error', rows: 14, filename: 'broken.csv' }),
];

const chatVersion = version(1, 'file-1', {
  dataset_id: 'dataset_2',
  filename: 'support-chats.jsonl',
  format: 'chat',
  rows: 640,
});

const readingVersion = version(1, 'file-4', {
  dataset_id: 'dataset_3',
  filename: 'just-uploaded.jsonl',
  status: 'uploaded',
  format: null,
  rows: null,
});

const dataset = (id: string, name: string, latest: Version | null, count: number): Dataset => ({
  id,
  object: 'dataset',
  name,
  created_at: NOW,
  latest,
  versions: count,
});

export const datasets: Dataset[] = [
  dataset('dataset_1', 'intents.csv', versions[0] ?? null, 2),
  dataset('dataset_2', 'support-chats.jsonl', chatVersion, 1),
  dataset('dataset_3', 'just-uploaded.jsonl', readingVersion, 1),
];

export const versionsOf = (datasetId: string) =>
  ({ dataset_1: versions, dataset_2: [chatVersion], dataset_3: [readingVersion] })[datasetId] ?? [];

export const lineageOf = (fileId: string): FileLineage => {
  const all = [...versions, chatVersion, readingVersion];
  const own = all.find((each) => each.file_id === fileId);
  const { parents = [] } = own?.made_by ?? {};
  return {
    object: 'lineage',
    file_id: fileId,
    dataset_id: own?.dataset_id ?? null,
    version: own?.version ?? null,
    made_by: own?.made_by ?? { operation: { type: 'upload' }, parents: [] },
    parents: all.filter((each) => parents.includes(each.file_id)),
    children: all.filter((each) => each.made_by.parents.includes(fileId)),
    jobs:
      fileId === 'file-2'
        ? [{ id: 'ftjob-2', model: 'minilm-l6-v2', status: 'succeeded', fine_tuned_model: TUNED_CLASSIFIER }]
        : [],
  };
};

export const rowLineage: RowLineage = {
  object: 'lineage',
  hash: rows[0]?.hash ?? '',
  versions: [
    { file_id: 'file-2', dataset_id: 'dataset_1', version: 2, line: 2 },
    { file_id: 'file-3', dataset_id: 'dataset_1', version: 1, line: 5 },
  ],
  jobs: lineageOf('file-2').jobs,
  models: [TUNED_CLASSIFIER],
};

export const tokens: FileTokens = {
  object: 'file.tokens',
  file_id: 'file-1',
  model: 'finery-nano',
  status: 'ready',
  rows: 640,
  tokens: 42_000,
  context_length: 1024,
  max_length: 512,
  longest_row_tokens: 1500,
  over_context_rows: 2,
  over_length_rows: 2,
  over_length: [
    { line: 12, tokens: 1500 },
    { line: 88, tokens: 1100 },
  ],
  histogram: [
    { from: 0, to: 511, rows: 600 },
    { from: 512, to: 1535, rows: 40 },
  ],
  preview: [
    {
      line: 1,
      tokens: [
        { text: '<|user|>', is_trained: false },
        { text: 'Where', is_trained: false },
        { text: ' is my parcel?', is_trained: false },
        { text: 'It leaves', is_trained: true },
        { text: ' today.', is_trained: true },
      ],
    },
  ],
};

export const diff: DatasetDiff = {
  object: 'dataset.diff',
  from: 'file-3',
  to: 'file-2',
  added: 1,
  removed: 2,
  kept: 1199,
  rows: [
    { change: 'added', number: 3, line: 4, hash: 'aa', row: { text: 'Where is it', label: 'card_arrival' } },
    {
      change: 'removed',
      number: 3,
      line: 4,
      hash: 'bb',
      row: { text: 'Where is it', label: ' card_arrival ' },
    },
    { change: 'removed', number: 9, line: 10, hash: 'cc', row: { text: 'Hm', label: 'exchange_rate' } },
  ],
  has_more: false,
  last_number: 2,
};

export const overlap: Overlap = {
  object: 'file.overlap',
  file_id: 'file-2',
  with_file_id: 'file-9',
  status: 'ready',
  exact: 1,
  near: 1,
  rows: [
    { line: 4, with_line: 8, kind: 'exact' },
    { line: 5, with_line: 90, kind: 'near' },
  ],
};

export const preview: MappingPreview = {
  object: 'mapping.preview',
  rows: [
    { line: 2, row: { text: 'Where is my new card?', label: 'cards' }, findings: [] },
    {
      line: 3,
      row: null,
      findings: [{ line: 3, param: 'label', code: 'blank_label', message: 'Blank', fix: null }],
    },
  ],
  error_count: 1,
};

export const interrupted: Upload = {
  id: 'upload_1',
  object: 'upload',
  filename: 'big.jsonl',
  purpose: 'fine-tune',
  bytes: 25,
  status: 'pending',
  created_at: NOW,
  expires_at: NOW + 3600,
  file: null,
  finery: {
    parts: [{ id: 'part_1', number: 1, bytes: 10, md5: '' }],
    is_direct: false,
    part_bytes: 10,
    dataset_id: null,
  },
};
