/** What reading a file found, by short names; generated from the schema (`make schema`). */
import type {
  AdviceOutput,
  BinOutput,
  ColumnOutput,
  DuplicatesOutput,
  FileReportOutput,
  FixesEnum,
  FixOutput,
  LabelSuspectOutput,
  LengthsOutput,
  ReadingProgressOutput,
  SensitiveOutput,
  SeverityEnum,
} from '@/lib/api/generated/types.gen';

export type FileReport = FileReportOutput;
export type Severity = SeverityEnum;
export type Advice = AdviceOutput;
export type Fix = FixOutput;
export type FixCode = FixesEnum;
export type Bin = BinOutput;
export type Column = ColumnOutput;
export type ReadingProgress = ReadingProgressOutput;
export type Lengths = LengthsOutput;
export type Duplicates = DuplicatesOutput;
export type SensitiveKind = SensitiveOutput;
export type LabelSuspect = LabelSuspectOutput;
