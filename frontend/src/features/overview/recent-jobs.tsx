import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { LoadError } from '@/components/ui/load-error';
import { LinkAnchor } from '@/components/ui/links';
import { LoadingRows } from '@/components/ui/loading';
import { Panel } from '@/components/ui/panel';
import { RecentRow } from '@/features/overview/recent-row';
import { useScope } from '@/lib/project';
import { jobsQuery, outcomeOf } from '@/lib/queries/jobs';

const SHOWN = 5;

export function RecentJobs() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(jobsQuery(useScope()));
  return (
    <Panel
      title={t('overview.recentJobs')}
      actions={<LinkAnchor to="/fine-tuning">{t('actions.all')}</LinkAnchor>}
    >
      {isPending ? (
        <LoadingRows rows={3} />
      ) : error ? (
        <LoadError error={error} onRetry={() => void refetch()} />
      ) : data.data.length === 0 ? (
        <Text c="dimmed" size="sm">
          {t('overview.noJobs')}
        </Text>
      ) : (
        <div>
          {data.data.slice(0, SHOWN).map((job) => (
            <RecentRow key={job.id} status={outcomeOf(job)} at={job.created_at}>
              <LinkAnchor
                to="/fine-tuning/$jobId"
                params={{ jobId: job.id }}
                fw={600}
                title={job.user_provided_suffix || job.id}
              >
                {job.user_provided_suffix || job.id}
              </LinkAnchor>
            </RecentRow>
          ))}
        </div>
      )}
    </Panel>
  );
}
