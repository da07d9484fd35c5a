import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { FORMATS, methodOf, useVersion } from '@/features/finetuning/file-format';
import { useErrorText } from '@/components/ui/use-error-text';
import {
  DATA_STEP,
  EMPTY,
  fieldOf,
  isSuffix,
  REVIEW_STEP,
  toJob,
  type WizardValues,
} from '@/features/finetuning/wizard-values';
import { request } from '@/lib/api/client';
import { ApiError } from '@/lib/api/errors';
import type { Base, CreateJob, Job, Quote } from '@/lib/api/types';
import { useScope } from '@/lib/project';
import { jobsKey } from '@/lib/queries/jobs';

const REQUIRED = ['model', 'method', 'training_file'] as const;

/** The first step that is not complete: no later one can be gone to. */
const firstGap = (values: WizardValues) => {
  const at = REQUIRED.findIndex((field) => values[field] === '');
  return at < 0 ? REVIEW_STEP : at;
};

/** The step is in the address, so that the browser's Back goes one step back and nothing is lost. */
function useStep(values: WizardValues) {
  const { step = 0 } = useSearch({ from: '/shell/fine-tuning/new' });
  const navigate = useNavigate({ from: '/fine-tuning/new' });
  const setStep = (target: number) => void navigate({ search: (search) => ({ ...search, step: target }) });
  return [Math.min(step, firstGap(values)), setStep] as const;
}

function useChecks(form: WizardForm) {
  const { t } = useTranslation();
  const version = useVersion(form.getValues().training_file);
  const refuse = (field: keyof WizardValues, why: string | false) => {
    if (why) form.setFieldError(field, why);
    return !why;
  };
  const wrongFormat = ({ method }: WizardValues) => {
    if (!method || !version?.format || version.format === FORMATS[method]) return false;
    return t('wizard.data.wrongFormat', {
      format: t(`rowFormat.${version.format}`),
      method: t(`method.${method}`),
      wanted: t(`rowFormat.${FORMATS[method]}`),
    });
  };
  /** Is the step complete? What is missing or wrong is marked. */
  return (step: number): boolean => {
    const values = form.getValues();
    const field = REQUIRED[step];
    if (field && values[field] === '') return refuse(field, t('wizard.required'));
    if (step === DATA_STEP) return refuse('training_file', wrongFormat(values));
    if (step === DATA_STEP + 1)
      return refuse('suffix', !isSuffix(values.suffix) && t('wizard.settings.suffixWrong'));
    return true;
  };
}

const useWizardForm = (trainingFile: string) =>
  useForm<WizardValues>({ initialValues: { ...EMPTY, training_file: trainingFile } });

export type WizardForm = ReturnType<typeof useWizardForm>;

/** Data that was brought along settles the method, and with it the first base that offers it. */
export function useFirstChoice(form: WizardForm, bases: Base[] | undefined) {
  const values = form.getValues();
  const format = useVersion(values.training_file)?.format;
  const method = format && methodOf(format);
  const base = method && bases?.find(({ methods }) => methods.includes(method));
  useEffect(() => {
    if (base && form.getValues().model === '') form.setValues({ model: base.id, method });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when the data is known
  }, [base?.id, method]);
}

/** The steps, their form, the quote and the launch. */
export function useWizard(trainingFile: string) {
  const scope = useScope();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const form = useWizardForm(trainingFile);
  const check = useChecks(form);
  const [step, setStep] = useStep(form.getValues());
  const errorText = useErrorText();

  const onError = (error: Error) => {
    const target = error instanceof ApiError ? fieldOf(error.param) : null;
    if (!target) return;
    form.setFieldError(target.field, errorText(error));
    setStep(target.step);
  };
  const quote = useMutation({
    mutationFn: (body: CreateJob) =>
      request<Quote>('/v1/fine_tuning/quotes', { method: 'POST', scope, body }),
    onError,
  });
  const launch = useMutation({
    mutationFn: (body: CreateJob) => request<Job>('/v1/fine_tuning/jobs', { method: 'POST', scope, body }),
    onError,
    onSuccess: async (job) => {
      void queryClient.invalidateQueries({ queryKey: jobsKey(scope) });
      await navigate({ to: '/fine-tuning/$jobId', params: { jobId: job.id } });
    },
  });

  /** The server has the last word on the data before the next step, not after the last one. */
  const isDataTaken = () =>
    quote.mutateAsync(toJob({ ...form.getValues(), suffix: '' })).then(
      () => true,
      (error: unknown) => !(error instanceof ApiError && fieldOf(error.param)),
    );
  const goTo = async (target: number) => {
    launch.reset();
    const gap = Array.from({ length: target }, (_, at) => at).find((at) => !check(at));
    if (gap !== undefined) return setStep(gap);
    if (step <= DATA_STEP && target > DATA_STEP && !(await isDataTaken())) return undefined;
    return setStep(target);
  };
  return { form, step, goTo, quote, launch, start: () => launch.mutate(toJob(form.getValues())) };
}

export type Wizard = ReturnType<typeof useWizard>;
