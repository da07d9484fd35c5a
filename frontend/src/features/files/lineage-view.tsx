import { List, SimpleGrid, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { JobsList } from '@/features/files/jobs-list';
import { OverlapPanel } from '@/features/files/overlap-panel';
import { LinkAnchor } from '@/components/ui/links';
import { useMadeByText } from '@/components/ui/made-by';
import { Panel } from '@/components/ui/panel';
import type { FileLineage, Kin } from '@/lib/api/data-types';

function Versions({ title, versions, none }: { title: string; versions: Kin[]; none: string }) {
  const { t } = useTranslation();
  const madeByText = useMadeByText();
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {versions.length === 0 && (
        <Text size="sm" c="dimmed">
          {none}
        </Text>
      )}
      <List size="sm" spacing={4}>
        {versions.map((version) => (
          <List.Item key={version.file_id}>
            <LinkAnchor
              to="/files/$fileId"
              params={{ fileId: version.file_id }}
              search={{ view: 'lineage' }}
              size="sm"
            >
              {version.version !== null && `${t('datasets.version', { version: version.version })} · `}
              {version.filename}
            </LinkAnchor>
            <Text size="xs" c="dimmed">
              {madeByText(version.made_by)}
            </Text>
          </List.Item>
        ))}
      </List>
    </div>
  );
}

/** Where the file came from and what came of it, both ways. */
export function LineageView({ lineage }: { lineage: FileLineage }) {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <Panel title={t('lineage.title')} note={t('lineage.note')}>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Versions title={t('lineage.parents')} versions={lineage.parents} none={t('lineage.noParents')} />
          <Versions
            title={t('lineage.children')}
            versions={lineage.children}
            none={t('lineage.noChildren')}
          />
        </SimpleGrid>
        <JobsList jobs={lineage.jobs} />
        {lineage.jobs.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('lineage.noJobs')}
          </Text>
        )}
      </Panel>
      {lineage.dataset_id && <OverlapPanel fileId={lineage.file_id} datasetId={lineage.dataset_id} />}
    </Stack>
  );
}
