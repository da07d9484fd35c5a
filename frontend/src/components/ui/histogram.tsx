import { BarChart } from '@mantine/charts';
import { useTranslation } from 'react-i18next';
import type { Bin } from '@/lib/api/report-types';
import { formatCompact, formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

interface HistogramProps {
  title: string;
  bins: Bin[];
  unit: string;
}

/** How many rows are how long. The same is said in words to those who do not see it. */
export function Histogram({ title, bins, unit }: HistogramProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const data = bins.map(({ from, to, rows }) => ({
    range: [...new Set([from, to])].map((end) => formatCompact(end, language)).join('–'),
    rows,
  }));
  const summary = data.map(({ range, rows }) => `${range}: ${formatNumber(rows, language)}`).join(', ');
  return (
    <div role="img" aria-label={`${title}: ${summary}`}>
      <BarChart
        h={220}
        data={data}
        dataKey="range"
        xAxisLabel={unit}
        series={[{ name: 'rows', label: t('report.rowsShort'), color: 'ember.6' }]}
        valueFormatter={(value) => formatNumber(value, language)}
        barProps={{ radius: 4, isAnimationActive: false }}
      />
    </div>
  );
}
