import { BarChart } from '@mantine/charts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/components/ui/panel';
import type { FileReport } from '@/lib/api/report-types';

const SHOWN = 30;
const ROW_PX = 30;

/** How many rows each label has, the largest first. */
export function LabelBalance({ labels, children }: { labels: FileReport['labels']; children?: ReactNode }) {
  const { t } = useTranslation();
  const sorted = [...labels].sort((a, b) => b.rows - a.rows);
  const shown = sorted.slice(0, SHOWN);
  const summary = shown.map(({ label, rows }) => `${label}: ${rows}`).join(', ');
  return (
    <Panel
      title={t('report.balance')}
      note={
        sorted.length > SHOWN
          ? t('report.balanceTop', { shown: SHOWN, all: sorted.length })
          : t('report.labels', { count: sorted.length })
      }
    >
      <div role="img" aria-label={`${t('report.balance')}: ${summary}`}>
        <BarChart
          h={Math.max(120, shown.length * ROW_PX + 40)}
          data={shown}
          dataKey="label"
          orientation="vertical"
          gridAxis="y"
          yAxisProps={{ width: 170, interval: 0 }}
          series={[{ name: 'rows', label: t('report.rowsShort'), color: 'ember.6' }]}
          barProps={{ radius: 4, maxBarSize: 20, isAnimationActive: false }}
        />
      </div>
      {children}
    </Panel>
  );
}
