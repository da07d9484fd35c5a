/** The control plane's shapes by short names; generated from its schema (`make schema`). */
import type {
  ApiKeyOutput,
  BalanceOutput,
  BaseOutput,
  CheckpointOutput,
  CostsPageOutput,
  CostsResultOutput,
  CreateJobInputRequest,
  EventOutput,
  FileOutput,
  FileReportOutput,
  FindingOutput,
  JobOutput,
  JobResultOutput,
  JobWarningOutput,
  KeyDetailsOutput,
  MeOutput,
  MetricOutput,
  ModelOutput,
  NewApiKeyOutput,
  OrganizationOutput,
  ParityOutput,
  ProjectOfUserOutput,
  QuoteOutput,
  RatesOutput,
  ResultFileOutput,
  SessionKeyOutput,
  UsagePageOutput,
  UsageResultOutput,
} from '@/lib/api/generated/types.gen';

export interface Page<Item> {
  object: string;
  data: Item[];
  has_more?: boolean;
  last_id?: string | null;
}

export type FileObject = FileOutput;
export type FileStatus = FileOutput['status'];
export type FileReport = FileReportOutput;
export type ReportIssue = FindingOutput;

export type Base = BaseOutput;
export type Price = RatesOutput;
export type Model = ModelOutput;
export type MethodType = BaseOutput['methods'][number];

export type CreateJob = CreateJobInputRequest;
export type Quote = QuoteOutput;
export type Parity = ParityOutput;
export type TrainResult = JobResultOutput;
export type JobWarning = JobWarningOutput;
export type ResultFile = ResultFileOutput;
export type Checkpoint = CheckpointOutput;
export type MetricPoint = MetricOutput;
export type JobEvent = EventOutput;

/** OpenAI's states; the schema says no more than that it is a string. */
export type JobStatus =
  'validating_files' | 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled';

export interface Job extends Omit<JobOutput, 'status' | 'method'> {
  status: JobStatus;
  method: { type: MethodType };
}

export type Balance = BalanceOutput;
export type UsageResult = UsageResultOutput;
export type UsagePage = UsagePageOutput;
export type CostResult = CostsResultOutput;
export type CostsPage = CostsPageOutput;

export interface Bucket<Result> {
  start_time: number;
  results: Result[];
}

export type Project = ProjectOfUserOutput;
export type Organization = OrganizationOutput;
export type Me = MeOutput;

/** What a key may do; an empty list means all. */
export type ApiKeyBounds = Pick<KeyDetailsOutput, 'scopes' | 'models' | 'networks'>;
export type ApiKey = ApiKeyOutput;
export type CreatedApiKey = NewApiKeyOutput;
export type SessionKey = SessionKeyOutput;
