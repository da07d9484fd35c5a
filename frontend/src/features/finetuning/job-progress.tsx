import { Group, Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/components/ui/panel';
import type { Job } from '@/lib/api/types';
import { useNow } from '@/components/ui/use-now';
import { formatClock, formatDuration } from '@/lib/format/dates';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { isFinished, outcomeOf } from '@/lib/queries/jobs';

const COLORS: Partial<Record<ReturnType<typeof outcomeOf>, string>> = {
  failed: 'red',
  succeeded: 'green',
  no_better: 'yellow',
  worse: 'orange',
};

/** How far the run is; for a job that waits, its place in the queue. */
export function JobProgress({ job }: { job: Job }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const { progress, queue_position: place } = job.finery;
  const percent = job.status === 'succeeded' ? 100 : (progress?.percent ?? 0);
  const waiting = place === null ? t(`job.state.${job.status}`) : t('job.place', { place });
  return (
    <Panel title={t('job.progress')}>
      <Group justify="space-between">
        <Text size="sm" role="status">
          {progress
            ? t('job.step', {
                step: formatNumber(progress.step, language),
                steps: formatNumber(progress.total_steps, language),
              })
            : waiting}
        </Text>
        <Text size="sm" fw={600}>
          {Math.round(percent)}%
        </Text>
      </Group>
      <Progress.Root size="lg">
        <Progress.Section
          value={percent}
          aria-label={t('job.progress')}
          animated={!isFinished(job)}
          color={COLORS[outcomeOf(job)]}
        />
      </Progress.Root>
      {job.estimated_finish !== null && !isFinished(job) && (
        <Text size="sm" c="dimmed">
          {t('job.left', {
            left: formatDuration(job.estimated_finish - now, language),
            at: formatClock(job.estimated_finish, language),
          })}
        </Text>
      )}
      {job.finery.attempts > 1 && (
        <Text size="sm" c="dimmed">
          {t('job.attempts', { attempts: job.finery.attempts })}
        </Text>
      )}
    </Panel>
  );
}
