import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { RecentRow } from '@/features/overview/recent-row';
import { LoadError } from '@/components/ui/load-error';
import { LinkAnchor } from '@/components/ui/links';
import { LoadingRows } from '@/components/ui/loading';
import { Panel } from '@/components/ui/panel';
import { useScope } from '@/lib/project';
import { filesQuery } from '@/lib/queries/files';

const SHOWN = 5;

export function RecentFiles() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(filesQuery(useScope()));
  return (
    <Panel
      title={t('overview.recentFiles')}
      actions={<LinkAnchor to="/files">{t('actions.all')}</LinkAnchor>}
    >
      {isPending ? (
        <LoadingRows rows={3} />
      ) : error ? (
        <LoadError error={error} onRetry={() => void refetch()} />
      ) : data.data.length === 0 ? (
        <Text c="dimmed" size="sm">
          {t('overview.noFiles')}
        </Text>
      ) : (
        <div>
          {data.data.slice(0, SHOWN).map((file) => (
            <RecentRow key={file.id} status={file.status} at={file.created_at}>
              <LinkAnchor to="/files/$fileId" params={{ fileId: file.id }} fw={600} title={file.filename}>
                {file.filename}
              </LinkAnchor>
            </RecentRow>
          ))}
        </div>
      )}
    </Panel>
  );
}
