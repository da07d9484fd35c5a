import { Button, Group, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { resultTableQuery } from '@/features/finetuning/job-queries';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { Panel } from '@/components/ui/panel';
import { TableScroll } from '@/components/ui/table-scroll';
import { formatNumber, formatPercent } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';

const AT_FIRST = 12;

/** Columns as `classification_report.csv` has them. */
function LabelRow({ cells }: { cells: string[] }) {
  const language = useLanguage();
  const [label = '', precision, recall, f1, rows] = cells;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500} style={{ overflowWrap: 'anywhere' }}>
        {label}
      </Table.Th>
      {[precision, recall, f1].map((share, at) => (
        <Table.Td key={at} ta="right">
          {formatPercent(Number(share), language)}
        </Table.Td>
      ))}
      <Table.Td ta="right">{formatNumber(Number(rows), language)}</Table.Td>
    </Table.Tr>
  );
}

/** How well each label is known. */
export function LabelReport({ fileId }: { fileId: string }) {
  const { t } = useTranslation();
  const [isWhole, setIsWhole] = useState(false);
  const { data, error, isPending, refetch } = useQuery(resultTableQuery(useScope(), fileId));
  if (isPending) return <LoadingRows rows={3} />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  const rows = data.slice(1).sort((a, b) => Number(a[3]) - Number(b[3]));
  return (
    <Panel title={t('job.byLabel')} note={t('job.byLabelNote')}>
      <TableScroll label={t('job.byLabel')} minWidth={480}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('job.label')}</Table.Th>
            <Table.Th ta="right">{t('job.precision')}</Table.Th>
            <Table.Th ta="right">{t('job.recall')}</Table.Th>
            <Table.Th ta="right">{t('job.f1')}</Table.Th>
            <Table.Th ta="right">{t('job.labelRows')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {(isWhole ? rows : rows.slice(0, AT_FIRST)).map((cells) => (
            <LabelRow key={cells[0]} cells={cells} />
          ))}
        </Table.Tbody>
      </TableScroll>
      {!isWhole && rows.length > AT_FIRST && (
        <Group justify="center">
          <Button variant="default" onClick={() => setIsWhole(true)}>
            {t('actions.more')}
          </Button>
        </Group>
      )}
    </Panel>
  );
}
