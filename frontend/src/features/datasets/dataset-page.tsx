import { IconStack2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { DatasetActions } from '@/features/datasets/dataset-actions';
import { DiffPanel } from '@/features/datasets/diff-panel';
import { VersionsTable } from '@/features/datasets/versions-table';
import { EmptyState } from '@/components/ui/empty-state';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { LinkAnchor } from '@/components/ui/links';
import { Page } from '@/components/ui/page';
import { Panel } from '@/components/ui/panel';
import { useScope } from '@/lib/project';
import { datasetQuery, versionsQuery } from '@/lib/queries/datasets';

function Versions({ datasetId }: { datasetId: string }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(versionsQuery(useScope(), datasetId));
  if (isPending) return <LoadingRows />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <Panel title={t('datasets.versions')} note={t('datasets.versionsNote')}>
        {data.data.length > 0 ? (
          <VersionsTable versions={data.data} />
        ) : (
          <EmptyState
            icon={<IconStack2 aria-hidden="true" />}
            title={t('datasets.noVersionsTitle')}
            text={t('datasets.noVersionsText')}
          />
        )}
      </Panel>
      <DiffPanel datasetId={datasetId} versions={data.data} />
    </>
  );
}

/** A dataset: its versions, and what changed between them. */
export function DatasetPage() {
  const { t } = useTranslation();
  const { datasetId } = useParams({ from: '/shell/data/$datasetId' });
  const { data: dataset, error, isPending, refetch } = useQuery(datasetQuery(useScope(), datasetId));
  if (isPending) return <LoadingRows rows={6} />;
  if (error) {
    return (
      <Page title={t('datasets.one')}>
        <LoadError error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  return (
    <Page
      title={dataset.name}
      description={<LinkAnchor to="/data">{t('data.datasets')}</LinkAnchor>}
      actions={<DatasetActions dataset={dataset} />}
    >
      <Versions datasetId={dataset.id} />
    </Page>
  );
}
