import { Paper } from '@mantine/core';
import { IconFiles } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { FilesTable } from '@/features/files/files-table';
import { UploadZone } from '@/features/files/upload-zone';
import { EmptyState } from '@/components/ui/empty-state';
import { ReadOnlyNote } from '@/components/ui/guard';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { Page } from '@/components/ui/page';
import { useCan } from '@/lib/permissions';
import { useScope } from '@/lib/project';
import { filesQuery } from '@/lib/queries/files';

function FilesList() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(filesQuery(useScope()));
  if (isPending) return <LoadingRows />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (data.data.length === 0) {
    return (
      <EmptyState
        icon={<IconFiles aria-hidden="true" />}
        title={t('files.emptyTitle')}
        text={t('files.emptyText')}
      />
    );
  }
  return <FilesTable files={data.data} />;
}

export function FilesPage() {
  const { t } = useTranslation();
  const canUpload = useCan('file.write');
  return (
    <Page title={t('nav.files')} description={t('files.description')}>
      {canUpload ? <UploadZone /> : <ReadOnlyNote action="file.write" />}
      <Paper withBorder radius="lg" p="md" bg="var(--finery-surface)">
        <FilesList />
      </Paper>
    </Page>
  );
}
