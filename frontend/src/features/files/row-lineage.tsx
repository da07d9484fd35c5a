import { List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { JobsList } from '@/features/files/jobs-list';
import { rowLineageQuery } from '@/features/files/rows-query';
import { LinkAnchor } from '@/components/ui/links';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import type { RowLineage } from '@/lib/api/data-types';
import { useScope } from '@/lib/project';

function VersionsOfRow({ versions }: { versions: RowLineage['versions'] }) {
  const { t } = useTranslation();
  return (
    <div>
      <Text size="sm" fw={600}>
        {t('lineage.inVersions')}
      </Text>
      <List size="sm">
        {versions.map(({ file_id: fileId, version, line }) => (
          <List.Item key={`${fileId}-${line}`}>
            <LinkAnchor
              to="/files/$fileId"
              params={{ fileId }}
              search={{ view: 'rows', line, open: line }}
              size="sm"
            >
              {t('lineage.versionAtLine', { version, line })}
            </LinkAnchor>
          </List.Item>
        ))}
      </List>
    </div>
  );
}

/** Where this very row is: in which versions, and which jobs and models learned it. */
export function RowLineagePanel({ hash }: { hash: string }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(rowLineageQuery(useScope(), hash));
  if (isPending) return <LoadingRows rows={2} />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  return (
    <Stack gap="sm">
      <VersionsOfRow versions={data.versions} />
      <JobsList jobs={data.jobs} />
      {data.jobs.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('lineage.noJobs')}
        </Text>
      )}
    </Stack>
  );
}
