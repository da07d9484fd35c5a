import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '@/components/ui/use-error-text';
import { EMPTY, fieldOf, REVIEW_STEP, toJob, type WizardValues } from '@/features/finetuning/wizard-values';
import { request } from '@/lib/api/client';
import { ApiError } from '@/lib/api/errors';
import type { CreateJob, Job, Quote } from '@/lib/api/types';
import { useScope } from '@/lib/project';
import { jobsKey } from '@/lib/queries/jobs';

function useWizardForm(trainingFile: string) {
  const { t } = useTranslation();
  const form = useForm<WizardValues>({
    initialValues: { ...EMPTY, training_file: trainingFile },
  });
  const required = (field: keyof WizardValues) => {
    if (form.getValues()[field] !== '') return true;
    form.setFieldError(field, t('wizard.required'));
    return false;
  };
  /** Is the step complete? What is missing is marked. */
  const check = (step: number) => {
    const fields = (['model', 'method', 'training_file'] as const)[step];
    return fields ? required(fields) : true;
  };
  return { form, check };
}

export type WizardForm = ReturnType<typeof useWizardForm>['form'];

/** The steps, their form, the quote and the launch. */
export function useWizard(trainingFile: string) {
  const scope = useScope();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { form, check } = useWizardForm(trainingFile);
  const [step, setStep] = useState(0);
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

  const goTo = (target: number) => {
    launch.reset();
    for (let at = 0; at < target; at++) {
      if (check(at)) continue;
      setStep(at);
      return;
    }
    setStep(target);
    if (target === REVIEW_STEP) quote.mutate(toJob(form.getValues()));
  };
  return { form, step, goTo, quote, launch, start: () => launch.mutate(toJob(form.getValues())) };
}

export type Wizard = ReturnType<typeof useWizard>;
