import { Code, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyIcon } from '@/components/ui/copy';
import { Panel } from '@/components/ui/panel';
import { Stat } from '@/components/ui/stat';
import type { Job } from '@/lib/api/types';
import { formatFigure, formatPercent } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

const ACCURACY = ['heldout_accuracy', 'base_accuracy'];

function OtherMetrics({ metrics }: { metrics: Record<string, number> }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const others = Object.entries(metrics).filter(([name]) => !ACCURACY.includes(name));
  if (others.length === 0) return null;
  return (
    <Text size="sm" c="dimmed">
      {t('job.alsoMeasured')}{' '}
      {others
        .map(([name, value]) => `${name.replaceAll('_', ' ')} ${formatFigure(value, language)}`)
        .join(' · ')}
    </Text>
  );
}

/** What came out: the model's name and how much better than its base it is. */
export function JobResult({ job }: { job: Job }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { heldout_accuracy: tuned, base_accuracy: base } = job.finery.metrics;
  if (!job.fine_tuned_model && tuned === undefined) return null;
  return (
    <Panel title={t('job.result')}>
      <Stack>
        {job.fine_tuned_model && (
          <Group wrap="nowrap" gap="xs">
            <Code fz="sm" style={{ overflowWrap: 'anywhere' }} data-testid="model-name">
              {job.fine_tuned_model}
            </Code>
            <CopyIcon value={job.fine_tuned_model} label={t('job.copyModel')} />
          </Group>
        )}
        {tuned !== undefined && (
          <SimpleGrid cols={{ base: 1, xs: base === undefined ? 1 : 2 }}>
            <Stat
              label={t('job.tunedAccuracy')}
              value={formatPercent(tuned, language)}
              note={t('job.heldoutNote')}
            />
            {base !== undefined && (
              <Stat
                label={t('job.baseAccuracy')}
                value={formatPercent(base, language)}
                note={t('job.baseNote')}
              />
            )}
          </SimpleGrid>
        )}
        <OtherMetrics metrics={job.finery.metrics} />
      </Stack>
    </Panel>
  );
}
