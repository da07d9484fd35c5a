import { Alert, Code, Grid, Stack } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CheckpointsTable } from '@/features/finetuning/checkpoints-table';
import { ConfusionPanel } from '@/features/finetuning/confusion-panel';
import { EventsTimeline } from '@/features/finetuning/events-timeline';
import { JobActions } from '@/features/finetuning/job-actions';
import { JobFacts } from '@/features/finetuning/job-facts';
import { jobKey, jobQuery } from '@/features/finetuning/job-queries';
import { JobProgress } from '@/features/finetuning/job-progress';
import { JobResult } from '@/features/finetuning/job-result';
import { LabelReport } from '@/features/finetuning/label-report';
import { LossChart } from '@/features/finetuning/loss-chart';
import { ParityCard } from '@/features/finetuning/parity-card';
import { ResultFiles } from '@/features/finetuning/result-files';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { Page } from '@/components/ui/page';
import { StatusBadge } from '@/components/ui/status-badge';
import { useErrorText } from '@/components/ui/use-error-text';
import { ApiError } from '@/lib/api/errors';
import type { Job } from '@/lib/api/types';
import { useScope } from '@/lib/project';
import { balanceKey } from '@/lib/queries/balance';
import { isFinished, outcomeOf } from '@/lib/queries/jobs';
import { modelsKey } from '@/lib/queries/models';

/** When the job ends, everything about it, the models and the balance are read once more. */
function useLastLook(job: Job | undefined) {
  const scope = useScope();
  const queryClient = useQueryClient();
  const wasLive = useRef(false);
  const isOver = job ? isFinished(job) : false;
  const jobId = job?.id;
  useEffect(() => {
    if (jobId && isOver && wasLive.current) {
      for (const queryKey of [jobKey(scope, jobId), modelsKey(scope), balanceKey(scope)]) {
        void queryClient.invalidateQueries({ queryKey });
      }
    }
    wasLive.current = jobId !== undefined && !isOver;
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only the change of state matters
  }, [jobId, isOver]);
}

function FailureNote({ job }: { job: Job }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  if (job.status !== 'failed' || !job.error?.message) return null;
  return (
    <Alert
      color="red"
      role="alert"
      icon={<IconAlertCircle aria-hidden="true" />}
      title={t('job.failedTitle')}
      data-testid="job-error"
    >
      {errorText(new ApiError(job.error.message, { status: 400, code: job.error.code }))}
      <div style={{ marginTop: 8 }}>
        {job.error.code && <Code>{job.error.code}</Code>} {job.error.param && <Code>{job.error.param}</Code>}
      </div>
    </Alert>
  );
}

function JobBody({ job }: { job: Job }) {
  const isLive = !isFinished(job);
  const { result_files: files, parity } = job.finery;
  const labels = files.find(({ filename }) => filename === 'classification_report.csv')?.id;
  const confusion = files.find(({ filename }) => filename === 'confusion_matrix.csv')?.id;
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Stack gap="lg">
          <FailureNote job={job} />
          <JobResult job={job} />
          <JobProgress job={job} />
          {labels && <LabelReport fileId={labels} />}
          {confusion && <ConfusionPanel fileId={confusion} />}
          <LossChart jobId={job.id} isLive={isLive} />
          <CheckpointsTable jobId={job.id} isLive={isLive} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Stack gap="lg">
          <JobFacts job={job} />
          <ResultFiles files={files} />
          {parity && <ParityCard parity={parity} />}
          <EventsTimeline jobId={job.id} isLive={isLive} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

export function JobPage() {
  const { t } = useTranslation();
  const { jobId } = useParams({ from: '/shell/fine-tuning/$jobId' });
  const { data: job, error, isPending, refetch } = useQuery(jobQuery(useScope(), jobId));
  useLastLook(job);
  if (isPending) return <LoadingRows rows={6} height={60} />;
  if (error && !job) {
    return (
      <Page title={t('jobs.job')}>
        <LoadError error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  return (
    <Page
      title={job.user_provided_suffix || job.id}
      badge={<StatusBadge status={outcomeOf(job)} />}
      description={job.id}
      actions={<JobActions job={job} />}
    >
      {error && <LoadError error={error} onRetry={() => void refetch()} />}
      <JobBody job={job} />
    </Page>
  );
}
