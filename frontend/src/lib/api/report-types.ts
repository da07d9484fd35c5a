/** What reading a file found: docs/contracts.md, "Report". */
import type { DataRow, Finding, Mapping, RowFormat } from '@/lib/api/data-types';
import type { FileStatus } from '@/lib/api/types';

export type Severity = 'error' | 'warning' | 'info';

export interface Advice {
  severity: Severity;
  code: string;
  rows: number;
  lines: number[];
  param: string | null;
  fix: string | null;
}

export interface Fix {
  code: string;
  rows: number;
  loses_rows: boolean;
}

export interface Bin {
  from: number;
  to: number;
  rows: number;
}

export type ColumnKind = 'text' | 'number' | 'boolean' | 'list' | 'object';

export interface Column {
  name: string;
  kind: ColumnKind;
  distinct: number;
  examples: string[];
}

export interface ReadingProgress {
  bytes: number;
  total_bytes: number;
  rows: number;
}

export interface Lengths {
  unit: string;
  min: number;
  median: number;
  p95: number;
  max: number;
  histogram: Bin[];
}

export interface Duplicates {
  exact: number;
  near: number;
  groups: { kind: 'exact' | 'near'; lines: number[] }[];
}

export interface SensitiveKind {
  kind: string;
  rows: number;
  lines: number[];
  example: string;
}

export interface LabelSuspect {
  line: number;
  label: string;
  suggested: string;
  confidence: number;
}

/** What reading a file found. While `status` is `uploaded`, only `progress` says something. */
export interface FileReport {
  object: string;
  file_id: string;
  status: FileStatus;
  format: RowFormat | null;
  rows: number | null;
  syntax: string | null;
  encoding: string | null;
  spelling: string | null;
  mapping: Mapping | null;
  columns: Column[];
  advice: Advice[];
  errors: Finding[];
  error_count: number;
  errors_truncated: boolean;
  warnings: Finding[];
  warning_count: number;
  fixes: Fix[];
  labels: { label: string; rows: number }[];
  sample: DataRow[];
  lengths: Lengths | null;
  duplicates: Duplicates | null;
  languages: { language: string; rows: number }[];
  sensitive: SensitiveKind[];
  label_suspects: LabelSuspect[];
  examined: { rows: number; of: number } | null;
  progress?: ReadingProgress | null;
}
