/** The control plane's shapes, until they are generated from its schema. */

export interface Page<T> {
  object: 'list';
  data: T[];
  has_more?: boolean;
}

export type FileStatus = 'uploaded' | 'processed' | 'error';

export interface FileObject {
  id: string;
  object: 'file';
  bytes: number;
  created_at: number;
  filename: string;
  purpose: string;
  status: FileStatus;
  status_details?: string | null;
}

export interface ReportIssue {
  line: number | null;
  param: string | null;
  code: string;
  message: string;
}

export interface FileReport {
  object: 'file.report';
  file_id: string;
  status: FileStatus;
  format: 'chat' | 'classification' | null;
  rows: number;
  errors: ReportIssue[];
  errors_truncated: boolean;
  warnings: ReportIssue[];
  labels: { label: string; rows: number }[];
  sample: Record<string, unknown>[];
}

export type MethodType = 'supervised' | 'classification';

export interface Price {
  training: number;
  input: number;
  cached_input: number;
  output: number;
}

export interface Base {
  id: string;
  object: 'base';
  engine: 'vllm' | 'encoder';
  context_length: number;
  methods: MethodType[];
  max_lora_rank: number;
  price: Price;
  licence: string;
  description: { en: string; zh: string };
  languages: string[];
}

export type Hyperparameter = number | 'auto';

export interface Hyperparameters {
  n_epochs: Hyperparameter;
  batch_size: Hyperparameter;
  learning_rate_multiplier: Hyperparameter;
}

export interface Method {
  type: MethodType;
  supervised?: { hyperparameters?: Partial<Hyperparameters> };
  classification?: { hyperparameters?: Partial<Hyperparameters> };
}

export interface CreateJob {
  model: string;
  training_file: string;
  validation_file?: string;
  suffix?: string;
  seed?: number;
  method: Method;
}

export interface Quote {
  object: 'fine_tuning.quote';
  tokens: number;
  n_epochs: number;
  trained_tokens: number;
  amount_micro_usd: number;
  amount_usd: string;
  estimated_seconds: number | null;
  hyperparameters: Record<string, number | string>;
  available_micro_usd: number;
  is_affordable: boolean;
}

export type JobStatus =
  'validating_files' | 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled';

export interface Parity {
  rows: number;
  tokens_compared: number;
  mismatched_tokens: number;
  max_logprob_difference: number;
  mean_logprob_difference: number;
  base_logprob_difference: number;
}

export interface JobDetails {
  progress: { step: number; total_steps: number; percent: number } | null;
  queue_position: number | null;
  quote_micro_usd: number;
  cost_micro_usd: number | null;
  metrics: Record<string, number>;
  parity: Parity | null;
  attempts: number;
}

export interface Job {
  id: string;
  object: 'fine_tuning.job';
  created_at: number;
  finished_at: number | null;
  estimated_finish?: number | null;
  model: string;
  fine_tuned_model: string | null;
  status: JobStatus;
  training_file: string;
  validation_file: string | null;
  result_files: string[];
  trained_tokens: number | null;
  seed: number;
  hyperparameters: Hyperparameters;
  method?: Method;
  user_provided_suffix?: string | null;
  error: { code: string | null; message: string | null; param: string | null } | null;
  finery: JobDetails;
}

export interface JobEvent {
  id: string;
  object: 'fine_tuning.job.event';
  created_at: number;
  level: 'info' | 'warn' | 'error';
  type?: 'message' | 'metrics';
  message: string;
}

export interface Checkpoint {
  id: string;
  object: 'fine_tuning.job.checkpoint';
  created_at: number;
  step_number: number;
  fine_tuned_model_checkpoint: string;
  metrics: Record<string, number | null>;
}

export interface MetricPoint {
  step: number;
  total_steps: number;
  epoch: number;
  train_loss: number;
  train_accuracy: number | null;
  valid_loss: number | null;
  valid_accuracy: number | null;
  learning_rate: number;
  created_at: number;
}

export interface Balance {
  object: 'organization.balance';
  balance_micro_usd: number;
  held_micro_usd: number;
  available_micro_usd: number;
  currency: string;
}

export interface Model {
  id: string;
  object: 'model';
  created: number;
  owned_by: string;
}

export interface Project {
  id: string;
  name: string;
  is_default: boolean;
}

export interface Organization {
  id: string;
  name: string;
  slug: string;
  role: string;
  projects: Project[];
}

export interface Me {
  user: { id: string | number; email: string; name: string };
  organizations: Organization[];
}

export interface ApiKey {
  id: string;
  object: 'organization.project.api_key';
  name: string;
  redacted_value: string;
  created_at: number;
  last_used_at: number | null;
}

export interface CreatedApiKey extends ApiKey {
  value: string;
}

export interface SessionKey {
  value: string;
  expires_at: number;
}

export interface Bucket<T> {
  object: 'bucket';
  start_time: number;
  end_time: number;
  results: T[];
}

export interface BucketPage<T> {
  object: 'page';
  data: Bucket<T>[];
  has_more: boolean;
  next_page: string | null;
}

export interface UsageResult {
  input_tokens: number;
  input_cached_tokens: number;
  output_tokens: number;
  num_model_requests: number;
  model: string | null;
}

export interface CostResult {
  amount: { value: number | string; currency: string };
  line_item: string | null;
}
