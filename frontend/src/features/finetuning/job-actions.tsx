import { notifications } from '@mantine/notifications';
import { IconMessageCircle, IconPlayerStop } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { jobQuery } from '@/features/finetuning/job-queries';
import { confirmDanger } from '@/components/ui/confirm';
import { GuardedButton, GuardedLink } from '@/components/ui/guard';
import { LinkButton } from '@/components/ui/links';
import { request } from '@/lib/api/client';
import type { Job } from '@/lib/api/types';
import { useScope } from '@/lib/project';
import { isFinished } from '@/lib/queries/jobs';

function useCancel(job: Job) {
  const { t } = useTranslation();
  const scope = useScope();
  const queryClient = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => request<Job>(`/v1/fine_tuning/jobs/${job.id}/cancel`, { method: 'POST', scope }),
    onSuccess: (changed) => queryClient.setQueryData(jobQuery(scope, job.id).queryKey, changed),
    onError: (error) =>
      notifications.show({ title: t('errors.title'), message: error.message, color: 'red' }),
  });
  const ask = () =>
    confirmDanger({
      title: t('job.cancelTitle'),
      text: t('job.cancelText'),
      confirm: t('job.cancel'),
      cancel: t('job.keep'),
      onConfirm: () => cancel.mutate(),
    });
  return { ask, isPending: cancel.isPending };
}

export function JobActions({ job }: { job: Job }) {
  const { t } = useTranslation();
  const { ask, isPending } = useCancel(job);
  return (
    <>
      {job.status === 'succeeded' && job.fine_tuned_model && (
        <GuardedLink action="model.request" label={t('job.openPlayground')}>
          <LinkButton
            to="/playground"
            search={{ model: job.fine_tuned_model }}
            leftSection={<IconMessageCircle size={16} aria-hidden="true" />}
          >
            {t('job.openPlayground')}
          </LinkButton>
        </GuardedLink>
      )}
      {!isFinished(job) && (
        <GuardedButton
          action="job.write"
          variant="default"
          onClick={ask}
          loading={isPending}
          disabled={job.finery.is_cancelling}
          leftSection={<IconPlayerStop size={16} aria-hidden="true" />}
        >
          {job.finery.is_cancelling ? t('job.cancelling') : t('job.cancel')}
        </GuardedButton>
      )}
    </>
  );
}
