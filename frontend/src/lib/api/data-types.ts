/** The shapes of files, datasets and uploads: docs/contracts.md, "Data". */
import type { Bin } from '@/lib/api/report-types';
import type { FileStatus, JobStatus, Page } from '@/lib/api/types';

export const ROW_FORMATS = [
  'chat',
  'preference',
  'reinforcement',
  'classification',
  'regression',
  'grading',
  'token_labels',
  'pairs',
  'triplets',
  'ranking',
  'text',
  'series',
  'image',
  'audio',
] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

export type DataRow = Record<string, unknown>;

/** One thing wrong: `param` is the JSON path inside the row, `fix` what would mend it. */
export interface Finding {
  line: number | null;
  param: string | null;
  code: string;
  message: string;
  fix: string | null;
}

/** Which columns hold what: role -> columns, joined by a blank line. */
export interface Mapping {
  format: RowFormat;
  columns: Record<string, string[]>;
}

export interface SplitPart {
  name: string;
  percent: number;
}

export interface Where {
  labels?: string[];
  without_labels?: string[];
  contains?: string;
  languages?: string[];
  min_characters?: number;
  max_characters?: number;
}

export type AugmentMethod = 'synonyms' | 'characters';

export type Operation =
  | { type: 'fix'; file_id: string; fixes: string[] }
  | { type: 'map'; file_id: string; mapping: Mapping }
  | { type: 'filter'; file_id: string; where: Where }
  | { type: 'sample'; file_id: string; rows: number; seed: number; is_stratified: boolean }
  | { type: 'split'; file_id: string; parts: SplitPart[]; seed: number; is_stratified: boolean }
  | { type: 'merge'; file_ids: string[]; drop_duplicates: boolean }
  | {
      type: 'augment';
      file_id: string;
      seed: number;
      methods: AugmentMethod[];
      rows_per_label?: number;
      percent?: number;
    };

/** How a version came to be; of one made by an upload, `type` is `upload`. */
export interface MadeBy {
  operation: { type: string; part?: string } & Record<string, unknown>;
  parents: string[];
}

export interface Version {
  object: string;
  dataset_id: string;
  version: number;
  file_id: string;
  filename: string;
  status: FileStatus;
  status_details: string | null;
  format: RowFormat | null;
  rows: number | null;
  bytes: number;
  created_at: number;
  made_by: MadeBy;
}

export interface Dataset {
  id: string;
  object: string;
  name: string;
  created_at: number;
  latest: Version | null;
  versions: number;
}

/** A row of a file; one with errors has no hash. */
export interface FileRow {
  object: string;
  number: number;
  line: number;
  hash: string | null;
  row: DataRow;
  findings: Finding[];
}

export interface RowPage extends Page<FileRow> {
  last_number: number | null;
}

export interface DiffRow {
  change: 'added' | 'removed';
  number: number;
  line: number;
  hash: string;
  row: DataRow;
}

export interface DatasetDiff {
  object: string;
  from: string;
  to: string;
  added: number;
  removed: number;
  kept: number;
  rows: DiffRow[];
  has_more: boolean;
  last_number?: number | null;
}

export interface MaskedToken {
  text: string;
  is_trained: boolean;
}

export interface FileTokens {
  object: string;
  file_id: string;
  model: string;
  status: 'counting' | 'ready';
  rows: number;
  tokens: number;
  context_length: number;
  truncated_rows: number;
  truncated: { line: number; tokens: number }[];
  histogram: Bin[];
  preview: { line: number; tokens: MaskedToken[] }[];
}

export interface Overlap {
  object: string;
  file_id: string;
  with_file_id: string;
  status: 'comparing' | 'ready';
  exact: number;
  near: number;
  rows: { line: number; with_line: number; kind: 'exact' | 'near' }[];
}

export interface LineageJob {
  id: string;
  model: string;
  status: JobStatus;
  fine_tuned_model: string | null;
}

/** Where a file came from and what came of it. */
export interface FileLineage {
  object: string;
  file_id: string;
  dataset_id: string | null;
  version: number | null;
  made_by: MadeBy | null;
  parents: Version[];
  children: Version[];
  jobs: LineageJob[];
}

export interface RowLineage {
  object: string;
  hash: string;
  versions: { file_id: string; dataset_id: string; version: number; line: number }[];
  jobs: LineageJob[];
  models: string[];
}

export interface MappingPreview {
  object: string;
  rows: { line: number; row: DataRow | null; findings: Finding[] }[];
  error_count: number;
}
