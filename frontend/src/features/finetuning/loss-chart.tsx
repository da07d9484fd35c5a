import { LineChart } from '@mantine/charts';
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { metricsQuery } from '@/features/finetuning/job-queries';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { Panel } from '@/components/ui/panel';
import type { MetricPoint } from '@/lib/api/types';
import { formatFigure } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';

const MOST_POINTS = 400;

/** At most `MOST_POINTS` points; every one with a validation loss, and the last, stay. */
export function thinned(points: MetricPoint[]): MetricPoint[] {
  const stride = Math.ceil(points.length / MOST_POINTS);
  return points.filter(
    (point, index) => index % stride === 0 || point.valid_loss !== null || index === points.length - 1,
  );
}

function Curve({ points }: { points: MetricPoint[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const last = points.at(-1);
  const train = { name: 'train_loss', label: t('job.trainLoss'), color: 'ember.6' };
  const valid = { name: 'valid_loss', label: t('job.validLoss'), color: 'blue.6' };
  const hasValid = points.some((point) => point.valid_loss !== null);
  const summary = last
    ? t('job.lossSummary', { step: last.step, loss: formatFigure(last.train_loss, language) })
    : '';
  return (
    <div role="img" aria-label={`${t('job.loss')}: ${summary}`} data-testid="loss-chart">
      <LineChart
        h={280}
        data={thinned(points)}
        dataKey="step"
        series={hasValid ? [train, valid] : [train]}
        withLegend
        withDots={points.length < 40}
        connectNulls
        curveType="linear"
        valueFormatter={(value) => formatFigure(value, language)}
        xAxisProps={{ type: 'number', domain: ['dataMin', 'dataMax'], allowDecimals: false }}
        xAxisLabel={t('job.stepAxis')}
        lineProps={{ isAnimationActive: false }}
      />
    </div>
  );
}

export function LossChart({ jobId, isLive }: { jobId: string; isLive: boolean }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(metricsQuery(useScope(), jobId, isLive));
  return (
    <Panel title={t('job.loss')} note={t('job.lossNote')}>
      {isPending ? (
        <LoadingRows rows={1} height={280} />
      ) : error ? (
        <LoadError error={error} onRetry={() => void refetch()} />
      ) : data.data.length === 0 ? (
        <Text c="dimmed" size="sm">
          {isLive ? t('job.noPointsYet') : t('job.noPoints')}
        </Text>
      ) : (
        <Curve points={data.data} />
      )}
    </Panel>
  );
}
