/** The control plane's shapes by short names; generated from its schema (`make schema`). */
import type {
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
  MethodsEnum,
  MetricOutput,
  ModelOutput,
  ParityOutput,
  QuoteOutput,
  RatesOutput,
  SessionKeyOutput,
  StatusEnum,
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
export type FileStatus = StatusEnum;
export type FileReport = FileReportOutput;
export type ReportIssue = FindingOutput;

export type Base = BaseOutput;
export type Price = RatesOutput;
export type Model = ModelOutput;
export type MethodType = MethodsEnum;

export type CreateJob = CreateJobInputRequest;
export type Quote = QuoteOutput;
export type Parity = ParityOutput;
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

export interface Project {
  id: string;
  name: string;
  is_default: boolean;
  status: string;
  role: string | null;
  permissions: string[];
}

export interface Organization {
  id: string;
  name: string;
  slug: string;
  role: string;
  permissions: string[];
  projects: Project[];
}

export interface Me {
  user: { id: string; email: string; name: string; is_staff: boolean };
  /** Set while a member of staff looks on: everything can be seen, nothing changed. */
  impersonation: { staff_email: string; expires_at: number } | null;
  organizations: Organization[];
}

interface ApiKeyOwner {
  type?: string;
  user?: { id?: string; email?: string; name?: string } | null;
  service_account?: { id?: string; name?: string } | null;
}

/** What a key may do; an empty list means all. */
export interface ApiKeyBounds {
  scopes: string[];
  models: string[];
  networks: string[];
}

export interface ApiKey {
  id: string;
  object: string;
  name: string;
  redacted_value: string;
  created_at: number;
  last_used_at: number | null;
  owner?: ApiKeyOwner | null;
  finery: ApiKeyBounds & { expires_at: number | null; status: 'active' | 'inactive' | 'expired' };
}

export type CreatedApiKey = ApiKey & { value: string };
export type SessionKey = SessionKeyOutput;
