import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { costByLineItem, type LineItemCost } from '@/features/usage/totals';
import { costsQuery, type Period } from '@/features/usage/usage-queries';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { useLineItemName } from '@/components/ui/names';
import { Panel } from '@/components/ui/panel';
import { TableScroll } from '@/components/ui/table-scroll';
import { formatMicroUsd } from '@/lib/format/money';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';

function CostsTable({ rows }: { rows: LineItemCost[] }) {
  const lineItemName = useLineItemName();
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <TableScroll label={t('usage.costs')} minWidth={320}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('usage.lineItem')}</Table.Th>
          <Table.Th ta="right">{t('usage.cost')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ item, microUsd }) => (
          <Table.Tr key={item}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{lineItemName(item)}</Table.Td>
            <Table.Td ta="right">{formatMicroUsd(microUsd, language)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}

export function CostsPanel({ days }: { days: Period }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(costsQuery(useScope(), days));
  const rows = data ? costByLineItem(data.data) : [];
  return (
    <Panel title={t('usage.costs')} note={t('usage.costsNote')}>
      {isPending ? (
        <LoadingRows rows={2} />
      ) : error ? (
        <LoadError error={error} onRetry={() => void refetch()} />
      ) : rows.length === 0 ? (
        <Text c="dimmed" size="sm">
          {t('usage.noCosts')}
        </Text>
      ) : (
        <CostsTable rows={rows} />
      )}
    </Panel>
  );
}
