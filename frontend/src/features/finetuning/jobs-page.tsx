import { Paper } from '@mantine/core';
import { IconFlame, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { JobsTable } from '@/components/ui/jobs-table';
import { EmptyState } from '@/components/ui/empty-state';
import { LoadError } from '@/components/ui/load-error';
import { GuardedLink } from '@/components/ui/guard';
import { LinkButton } from '@/components/ui/links';
import { LoadingRows } from '@/components/ui/loading';
import { Page } from '@/components/ui/page';
import { useScope } from '@/lib/project';
import { jobsQuery } from '@/lib/queries/jobs';

function JobsList() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(jobsQuery(useScope()));
  if (isPending) return <LoadingRows />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (data.data.length === 0) {
    return (
      <EmptyState
        icon={<IconFlame aria-hidden="true" />}
        title={t('jobs.emptyTitle')}
        text={t('jobs.emptyText')}
        action={
          <GuardedLink action="job.write" label={t('jobs.create')} mt="sm">
            <LinkButton to="/fine-tuning/new" mt="sm">
              {t('jobs.create')}
            </LinkButton>
          </GuardedLink>
        }
      />
    );
  }
  return <JobsTable jobs={data.data} label={t('jobs.title')} />;
}

export function JobsPage() {
  const { t } = useTranslation();
  return (
    <Page
      title={t('jobs.title')}
      description={t('jobs.description')}
      actions={
        <GuardedLink action="job.write" label={t('jobs.create')}>
          <LinkButton to="/fine-tuning/new" leftSection={<IconPlus size={16} aria-hidden="true" />}>
            {t('jobs.create')}
          </LinkButton>
        </GuardedLink>
      }
    >
      <Paper withBorder radius="lg" p="md" bg="var(--finery-surface)">
        <JobsList />
      </Paper>
    </Page>
  );
}
