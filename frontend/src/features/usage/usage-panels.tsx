import { BarChart } from '@mantine/charts';
import { Table } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { tokensByDay, usageByModel, type ModelUsage } from '@/features/usage/totals';
import { usageQuery, type Period } from '@/features/usage/usage-queries';
import { EmptyState } from '@/components/ui/empty-state';
import { LoadError } from '@/components/ui/load-error';
import { LinkButton } from '@/components/ui/links';
import { LoadingRows } from '@/components/ui/loading';
import { Panel } from '@/components/ui/panel';
import { TableScroll } from '@/components/ui/table-scroll';
import type { Bucket, UsageResult } from '@/lib/api/types';
import { formatDay } from '@/lib/format/dates';
import { formatCompact, formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';

const COLORS = ['ember.6', 'blue.6', 'teal.6', 'violet.6', 'yellow.6', 'green.6', 'red.6', 'gray.6'];

function TokensChart({ buckets, models }: { buckets: Bucket<UsageResult>[]; models: string[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <div role="img" aria-label={t('usage.chart')}>
      <BarChart
        h={280}
        data={tokensByDay(buckets, models, (at) => formatDay(at, language))}
        dataKey="day"
        type="stacked"
        withLegend
        legendProps={{ verticalAlign: 'bottom' }}
        series={models.map((label, at) => ({
          name: `m${at}`,
          label,
          color: COLORS[at % COLORS.length] ?? 'gray.6',
        }))}
        valueFormatter={(value) => formatCompact(value, language)}
        barProps={{ maxBarSize: 46, isAnimationActive: false }}
      />
    </div>
  );
}

function ModelsTable({ rows }: { rows: ModelUsage[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const number = (value: number) => formatNumber(value, language);
  return (
    <TableScroll label={t('usage.byModel')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('usage.model')}</Table.Th>
          <Table.Th ta="right">{t('usage.requests')}</Table.Th>
          <Table.Th ta="right">{t('usage.input')}</Table.Th>
          <Table.Th ta="right">{t('usage.cached')}</Table.Th>
          <Table.Th ta="right">{t('usage.output')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.model}>
            <Table.Td ff="monospace" fz="sm" style={{ overflowWrap: 'anywhere' }}>
              {row.model}
            </Table.Td>
            <Table.Td ta="right">{number(row.requests)}</Table.Td>
            <Table.Td ta="right">{number(row.input)}</Table.Td>
            <Table.Td ta="right">{number(row.cached)}</Table.Td>
            <Table.Td ta="right">{number(row.output)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}

export function UsagePanels({ days }: { days: Period }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(usageQuery(useScope(), days));
  if (isPending) return <LoadingRows rows={1} height={320} />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  const rows = usageByModel(data.data);
  if (rows.length === 0) {
    return (
      <Panel>
        <EmptyState
          icon={<IconChartBar aria-hidden="true" />}
          title={t('usage.emptyTitle')}
          text={t('usage.emptyText')}
          action={
            <LinkButton to="/playground" mt="sm">
              {t('usage.openPlayground')}
            </LinkButton>
          }
        />
      </Panel>
    );
  }
  return (
    <>
      <Panel title={t('usage.tokensPerDay')}>
        <TokensChart buckets={data.data} models={rows.map((row) => row.model)} />
      </Panel>
      <Panel title={t('usage.byModel')}>
        <ModelsTable rows={rows} />
      </Panel>
    </>
  );
}
