import { Table, Text } from '@mantine/core';
import { IconDatabase } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Ago } from '@/components/ui/ago';
import { CursorList } from '@/components/ui/cursor-list';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkAnchor } from '@/components/ui/links';
import { StatusBadge } from '@/components/ui/status-badge';
import { TableScroll } from '@/components/ui/table-scroll';
import type { Dataset } from '@/lib/api/data-types';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';
import { datasetsQuery } from '@/lib/queries/datasets';

function DatasetRow({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { latest } = dataset;
  return (
    <Table.Tr>
      <Table.Td>
        <LinkAnchor to="/data/$datasetId" params={{ datasetId: dataset.id }} fw={600}>
          {dataset.name}
        </LinkAnchor>
      </Table.Td>
      <Table.Td>
        {latest ? (
          <LinkAnchor to="/files/$fileId" params={{ fileId: latest.file_id }} underline="never">
            <StatusBadge status={latest.status} />
          </LinkAnchor>
        ) : (
          <Text size="sm" c="dimmed">
            {t('datasets.noVersion')}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="right">{latest?.rows == null ? '–' : formatNumber(latest.rows, language)}</Table.Td>
      <Table.Td>{latest?.format ? t(`rowFormat.${latest.format}`) : '–'}</Table.Td>
      <Table.Td ta="right">{formatNumber(dataset.versions, language)}</Table.Td>
      <Table.Td>
        <Ago at={dataset.created_at} />
      </Table.Td>
    </Table.Tr>
  );
}

function DatasetsTable({ datasets }: { datasets: Dataset[] }) {
  const { t } = useTranslation();
  return (
    <TableScroll label={t('data.datasets')} minWidth={720}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('datasets.name')}</Table.Th>
          <Table.Th>{t('datasets.latest')}</Table.Th>
          <Table.Th ta="right">{t('report.rowsShort')}</Table.Th>
          <Table.Th>{t('datasets.format')}</Table.Th>
          <Table.Th ta="right">{t('datasets.versions')}</Table.Th>
          <Table.Th>{t('columns.created')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {datasets.map((dataset) => (
          <DatasetRow key={dataset.id} dataset={dataset} />
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}

/** The project's datasets, each with the state of its latest version. */
export function DatasetsPage() {
  const { t } = useTranslation();
  const datasets = useInfiniteQuery(datasetsQuery(useScope()));
  return (
    <CursorList
      list={datasets}
      empty={
        <EmptyState
          icon={<IconDatabase aria-hidden="true" />}
          title={t('datasets.emptyTitle')}
          text={t('datasets.emptyText')}
        />
      }
    >
      {(items) => <DatasetsTable datasets={items} />}
    </CursorList>
  );
}
