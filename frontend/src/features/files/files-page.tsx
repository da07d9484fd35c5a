import { IconFiles } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { FilesTable } from '@/features/files/files-table';
import { EmptyState } from '@/components/ui/empty-state';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { useScope } from '@/lib/project';
import { filesQuery } from '@/lib/queries/files';

/** Every file of the project, whatever it is for. */
export function FilesPage() {
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
