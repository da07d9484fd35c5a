import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DefinitionList } from '@/components/ui/definition-list';
import { useMetricName } from '@/components/ui/names';
import { formatFigure, formatPercent } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

/** Said by the result itself. */
const SAID = ['heldout_accuracy', 'base_accuracy', 'heldout_rows', 'valid_rows'];
const isShare = (name: string) => /accuracy|share/.test(name);

/** Further figures of a job, by their names. */
export function OtherMetrics({ metrics }: { metrics: Record<string, number> }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const metricName = useMetricName();
  const others = Object.entries(metrics).filter(([name]) => !SAID.includes(name));
  if (others.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600} mb={6}>
        {t('job.alsoMeasured')}
      </Text>
      <DefinitionList
        items={others.map(([name, value]) => ({
          term: metricName(name),
          value: isShare(name) ? formatPercent(value, language) : formatFigure(value, language),
        }))}
      />
    </div>
  );
}
