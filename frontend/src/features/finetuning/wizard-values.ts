import type { Base, CreateJob, MethodType } from '@/lib/api/types';

export const LONG_ROWS = ['refuse', 'cut_end', 'keep_ends', 'split', 'leave_out'] as const;
export type LongRowsChoice = (typeof LONG_ROWS)[number];

/** What the wizard holds; `''` in a number means that the platform chooses (`auto`). */
export interface WizardValues {
  model: string;
  method: MethodType | '';
  training_file: string;
  validation_file: string;
  suffix: string;
  n_epochs: number | '';
  batch_size: number | '';
  learning_rate_multiplier: number | '';
  seed: number | '';
  max_length: number | '';
  long_rows: LongRowsChoice;
}

export const EMPTY: WizardValues = {
  model: '',
  method: '',
  training_file: '',
  validation_file: '',
  suffix: '',
  n_epochs: '',
  batch_size: '',
  learning_rate_multiplier: '',
  seed: '',
  max_length: '',
  long_rows: 'refuse',
};

export const STEPS = ['base', 'method', 'data', 'settings', 'review'] as const;
export const DATA_STEP = 2;
export const REVIEW_STEP = 4;

/** As the server takes it; none is fine, too. */
export const isSuffix = (text: string) =>
  text.trim() === '' || /^[A-Za-z0-9][A-Za-z0-9 ._-]*$/.test(text.trim());

const STEP_OF_FIELD: Record<keyof WizardValues, number> = {
  model: 0,
  method: 1,
  training_file: 2,
  validation_file: 2,
  max_length: 2,
  long_rows: 2,
  suffix: 3,
  n_epochs: 3,
  batch_size: 3,
  learning_rate_multiplier: 3,
  seed: 3,
};

const orAuto = (value: number | ''): number | 'auto' => (value === '' ? 'auto' : value);

/** The body of a job's create, and of its quote. */
export function toJob(values: WizardValues): CreateJob {
  const hyperparameters = {
    n_epochs: orAuto(values.n_epochs),
    batch_size: orAuto(values.batch_size),
    learning_rate_multiplier: orAuto(values.learning_rate_multiplier),
    max_length: orAuto(values.max_length),
    long_rows: values.long_rows,
  };
  const type = values.method || 'supervised';
  const method: CreateJob['method'] =
    type === 'supervised'
      ? { type, supervised: { hyperparameters } }
      : { type, classification: { hyperparameters } };
  return {
    model: values.model,
    training_file: values.training_file,
    ...(values.validation_file && { validation_file: values.validation_file }),
    ...(values.suffix.trim() && { suffix: values.suffix.trim() }),
    ...(values.seed !== '' && { seed: values.seed }),
    method,
  };
}

/** The wizard's field for an error's `param`, such as `method.supervised.hyperparameters.n_epochs`. */
export function fieldOf(param: string | null): { field: keyof WizardValues; step: number } | null {
  const name = param?.split('.').at(-1) ?? '';
  if (!(name in STEP_OF_FIELD)) return null;
  const field = name as keyof WizardValues;
  return { field, step: STEP_OF_FIELD[field] };
}

/** Choosing a base settles the method when it offers only one. */
export function methodFor(base: Base, wanted: WizardValues['method']): WizardValues['method'] {
  if (wanted && base.methods.includes(wanted)) return wanted;
  return base.methods.length === 1 ? (base.methods[0] ?? '') : '';
}
