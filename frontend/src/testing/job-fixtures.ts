import type { Checkpoint, Job, JobEvent, MetricPoint, Quote } from '@/lib/api/types';
import { NOW, TUNED_CHAT } from '@/testing/fixtures';

export const quote: Quote = {
  object: 'fine_tuning.quote',
  tokens: 42_000,
  n_epochs: 3,
  trained_tokens: 126_000,
  amount_micro_usd: 50_400,
  amount_usd: '0.050400',
  estimated_seconds: 95,
  training_rows: {
    rows: 640,
    over_length_rows: 0,
    shortened_rows: 0,
    left_out_rows: 0,
    examples: 640,
    tokens: 42_000,
    over_length: [],
    longest: null,
  },
  validation_rows: null,
  hyperparameters: {
    n_epochs: 3,
    batch_size: 8,
    learning_rate_multiplier: 1,
    max_length: 512,
    long_rows: 'refuse',
  },
  available_micro_usd: 5_000_000,
  is_affordable: true,
  warnings: [],
};

export const runningJob: Job = {
  id: 'ftjob-1',
  object: 'fine_tuning.job',
  created_at: NOW,
  finished_at: null,
  estimated_finish: null,
  organization_id: 'org_1',
  integrations: [],
  metadata: null,
  model: 'finery-nano',
  fine_tuned_model: null,
  status: 'running',
  training_file: 'file-1',
  validation_file: null,
  result_files: [],
  trained_tokens: 61_000,
  seed: 42,
  hyperparameters: {
    n_epochs: 3,
    batch_size: 8,
    learning_rate_multiplier: 1,
    max_length: 512,
    long_rows: 'refuse',
  },
  method: { type: 'supervised' },
  user_provided_suffix: 'support-v1',
  error: null,
  finery: {
    progress: { step: 62, total_steps: 120, percent: 51.7 },
    queue_position: null,
    quote_micro_usd: 50_400,
    cost_micro_usd: null,
    metrics: {},
    result: null,
    warnings: [],
    result_files: [],
    parity: null,
    attempts: 1,
    is_cancelling: false,
  },
};

export const doneJob: Job = {
  ...runningJob,
  id: 'ftjob-2',
  finished_at: NOW + 88,
  fine_tuned_model: TUNED_CHAT,
  status: 'succeeded',
  trained_tokens: 126_000,
  user_provided_suffix: 'support-v0',
  finery: {
    progress: { step: 120, total_steps: 120, percent: 100 },
    queue_position: null,
    quote_micro_usd: 50_400,
    cost_micro_usd: 50_123,
    metrics: { heldout_accuracy: 0.913, base_accuracy: 0.441, valid_loss: 0.3121 },
    result: {
      metric: 'accuracy',
      value: 0.913,
      interval: [0.862, 0.946],
      rows: 180,
      baselines: [
        { name: 'base', value: 0.441 },
        { name: 'majority', value: 0.12 },
        { name: 'ngrams', value: 0.85 },
        { name: 'frozen_features', value: 0.871 },
      ],
      best_baseline: 'frozen_features',
      verdict: 'better',
      source: 'training_file',
      repeated_rows: 14,
      value_with_repeats: null,
    },
    warnings: [],
    result_files: [
      { id: 'file-curve', filename: 'step_metrics.csv' },
      { id: 'file-report', filename: 'classification_report.csv' },
      { id: 'file-matrix', filename: 'confusion_matrix.csv' },
      { id: 'file-predictions', filename: 'predictions.csv' },
    ],
    parity: {
      rows: 8,
      tokens_compared: 412,
      mismatched_tokens: 0,
      max_logprob_difference: 0.0113,
      mean_logprob_difference: 0.00084,
      base_logprob_difference: 2.31,
    },
    attempts: 1,
    is_cancelling: false,
  },
};

export const failedJob: Job = {
  ...runningJob,
  id: 'ftjob-3',
  status: 'failed',
  finished_at: NOW + 5,
  user_provided_suffix: 'too-small',
  error: {
    code: 'invalid_n_examples',
    message: 'Training file has 7 example(s), but must have at least 10 examples',
    param: 'training_file',
  },
  finery: { ...runningJob.finery, progress: null, cost_micro_usd: 0 },
};

export const metrics: MetricPoint[] = Array.from({ length: 62 }, (_, at) => ({
  step: at + 1,
  total_steps: 120,
  epoch: (at + 1) / 40,
  train_loss: 0.4 + 2.4 * Math.exp(-at / 18) + 0.06 * Math.sin(at * 2.1),
  train_accuracy: null,
  valid_loss: at % 10 === 9 ? 0.5 + 2.2 * Math.exp(-at / 20) : null,
  valid_accuracy: null,
  learning_rate: 0.0002,
  trained_tokens: 1_000 * (at + 1),
  created_at: NOW + at,
}));

const SAID: [code: string, message: string, values: JobEvent['finery']['values']][] = [
  ['step', 'Step 62/120: training loss=0.52', { step: 62, total_steps: 120, train_loss: 0.52 }],
  ['checkpoint_created', 'Checkpoint created at step 40', { step: 40 }],
  ['job_started', 'Fine-tuning job started', {}],
  ['job_queued', 'Files validated, moving job to queued state', {}],
  ['job_created', 'Created fine-tuning job: ftjob-1', { job: 'ftjob-1' }],
];

export const events: JobEvent[] = SAID.map(([code, message, values], at) => ({
  id: `ftevent-${at}`,
  object: 'fine_tuning.job.event',
  created_at: NOW + 60 - at,
  level: 'info',
  type: 'message',
  data: null,
  message,
  finery: { code, values },
}));

export const checkpoints: Checkpoint[] = [40, 80].map((step) => ({
  id: `ftckpt_${step}`,
  object: 'fine_tuning.job.checkpoint',
  created_at: NOW + step,
  step_number: step,
  fine_tuning_job_id: 'ftjob-1',
  fine_tuned_model_checkpoint: `${TUNED_CHAT}:ckpt-step-${step}`,
  metrics: { step, train_loss: 0.61, valid_loss: 0.72 },
}));

/** Result files by their ids, as `GET /v1/files/{id}/content` gives them. */
export const resultFiles: Record<string, string> = {
  'file-report':
    '\ufefflabel,precision,recall,f1,support\r\n' +
    'refund,0.95,0.9,0.924,60\r\n"card, lost",0.97,0.98,0.975,60\r\nrate,0.82,0.86,0.84,60\r\n',
  'file-matrix':
    '\ufefflabel \\ predicted,refund,"card, lost",rate\r\n' +
    'refund,54,1,5\r\n"card, lost",1,59,0\r\nrate,7,1,52\r\n',
};
