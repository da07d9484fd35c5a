/** Datasets, their versions and rows by short names; generated from the schema (`make schema`). */
import type {
  AugmentationEnum,
  DatasetOutput,
  DiffOutput,
  DiffRowOutput,
  FileLineageOutput,
  FileTokensOutput,
  FindingOutput,
  FormatEnum,
  KinOutput,
  LineageJobOutput,
  MappingOutput,
  MappingPreviewOutput,
  MaskedTokenOutput,
  OperationInputRequest,
  OverlapOutput,
  RowLineageOutput,
  RowListOutput,
  RowOutput,
  VersionOutput,
  WhereInputRequest,
} from '@/lib/api/generated/types.gen';
import type { JobStatus } from '@/lib/api/types';

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
] as const satisfies FormatEnum[];
export type RowFormat = FormatEnum;

export type DataRow = Record<string, unknown>;
export type Finding = FindingOutput;
export type Mapping = MappingOutput;
export type MappingPreview = MappingPreviewOutput;
export type Operation = OperationInputRequest;
export type AugmentMethod = AugmentationEnum;
export type Where = WhereInputRequest;

/** How a version came to be; of one made by an upload, `type` is `upload`. */
export interface MadeBy {
  operation: { type: string; part?: string } & Record<string, unknown>;
  parents: string[];
}

export type Version = Omit<VersionOutput, 'made_by'> & { made_by: MadeBy };
export type Dataset = Omit<DatasetOutput, 'latest'> & { latest: Version | null };

export type FileRow = RowOutput;
export type RowPage = RowListOutput;
export type DiffRow = DiffRowOutput;
export type DatasetDiff = DiffOutput;
export type FileTokens = FileTokensOutput;
export type MaskedToken = MaskedTokenOutput;
export type Overlap = OverlapOutput;

/** The schema says no more of a job's status than that it is a string. */
export type LineageJob = Omit<LineageJobOutput, 'status'> & { status: JobStatus };
export type Kin = Omit<KinOutput, 'made_by'> & { made_by: MadeBy };

/** Where a file came from and what came of it. */
export interface FileLineage extends Omit<FileLineageOutput, 'made_by' | 'parents' | 'children' | 'jobs'> {
  made_by: MadeBy;
  parents: Kin[];
  children: Kin[];
  jobs: LineageJob[];
}

export interface RowLineage extends Omit<RowLineageOutput, 'jobs'> {
  jobs: LineageJob[];
}
