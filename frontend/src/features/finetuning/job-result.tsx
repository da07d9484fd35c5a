import { Alert, Code, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { OtherMetrics } from '@/features/finetuning/other-metrics';
import { WarningsNote } from '@/features/finetuning/warnings-note';
import { CopyIcon } from '@/components/ui/copy';
import { DefinitionList } from '@/components/ui/definition-list';
import { Panel } from '@/components/ui/panel';
import { Stat } from '@/components/ui/stat';
import type { Job, TrainResult } from '@/lib/api/types';
import { formatFigure, formatNumber, formatPercent } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

const COLORS = { better: 'green', no_better: 'yellow', worse: 'red' } as const;
const SAID_BY_VERDICT = ['no_better_than_baseline', 'worse_than_baseline'];

/** A value of the result's metric: a share, or a loss. */
function useFigure({ metric }: TrainResult) {
  const language = useLanguage();
  return (value: number) =>
    metric === 'accuracy' ? formatPercent(value, language) : formatFigure(value, language);
}

const valueOf = ({ baselines }: TrainResult, wanted: string) =>
  baselines.find(({ name }) => name === wanted)?.value;

function Verdict({ result }: { result: TrainResult }) {
  const { t } = useTranslation();
  const figure = useFigure(result);
  const { verdict, best_baseline: best } = result;
  const Icon = verdict === 'better' ? IconCircleCheck : IconAlertTriangle;
  return (
    <Alert
      color={COLORS[verdict]}
      role={verdict === 'better' ? 'status' : 'alert'}
      icon={<Icon aria-hidden="true" />}
      title={t(`job.verdict.${verdict}.title`)}
      data-verdict={verdict}
    >
      {t(`job.verdict.${verdict}.text`, {
        baseline: t(`job.baseline.${best}`),
        value: figure(valueOf(result, best) ?? NaN),
      })}
    </Alert>
  );
}

function BeforeAndAfter({ result }: { result: TrainResult }) {
  const { t } = useTranslation();
  const figure = useFigure(result);
  const before = valueOf(result, 'base');
  const [low, high] = result.interval;
  return (
    <SimpleGrid cols={{ base: 1, xs: before === undefined ? 1 : 2 }}>
      {before !== undefined && <Stat label={t('job.before')} value={figure(before)} />}
      <Stat
        label={t('job.after')}
        value={figure(result.value)}
        note={t('job.interval', { low: figure(low), high: figure(high) })}
      />
    </SimpleGrid>
  );
}

function Measured({ result }: { result: TrainResult }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const figure = useFigure(result);
  const rows = formatNumber(result.rows, language);
  const { value_with_repeats: withRepeats } = result;
  return (
    <Text size="sm" c="dimmed">
      {t(result.metric === 'accuracy' ? 'job.accuracy' : 'job.lossOf', { rows })}{' '}
      {t(`job.source.${result.source}`)}{' '}
      {withRepeats !== null &&
        t('job.withRepeats', {
          rows: formatNumber(result.repeated_rows, language),
          value: figure(withRepeats),
        })}
    </Text>
  );
}

/** The base is shown beside the model already. */
function Baselines({ result }: { result: TrainResult }) {
  const { t } = useTranslation();
  const figure = useFigure(result);
  const others = result.baselines.filter(({ name }) => name !== 'base');
  if (others.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600} mb={6}>
        {t('job.baselines')}
      </Text>
      <DefinitionList
        items={others.map(({ name, value }) => ({ term: t(`job.baseline.${name}`), value: figure(value) }))}
      />
    </div>
  );
}

/** A chat model is scored by its loss; how many tokens it guesses right says more to a reader. */
function TokenAccuracy({ job }: { job: Job }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { base_valid_accuracy: before, valid_accuracy: after } = job.finery.metrics;
  if (before === undefined || after === undefined) return null;
  return (
    <Text>
      {t('job.tokenAccuracy', {
        before: formatPercent(before, language),
        after: formatPercent(after, language),
      })}
    </Text>
  );
}

function ModelName({ name }: { name: string }) {
  const { t } = useTranslation();
  return (
    <Group wrap="nowrap" gap="xs">
      <Code fz="sm" style={{ overflowWrap: 'anywhere' }} data-testid="model-name">
        {name}
      </Code>
      <CopyIcon value={name} label={t('job.copyModel')} />
    </Group>
  );
}

/** What came out: how good the model is beside its base and what is simple, what to mind, and its name. */
export function JobResult({ job }: { job: Job }) {
  const { t } = useTranslation();
  const { result, warnings, metrics } = job.finery;
  if (!job.fine_tuned_model && !result) {
    return <WarningsNote title={t('job.warnings')} warnings={warnings} />;
  }
  return (
    <Panel title={t('job.result')}>
      <Stack>
        {result ? (
          <>
            <BeforeAndAfter result={result} />
            <TokenAccuracy job={job} />
            <Verdict result={result} />
            <Measured result={result} />
            <Baselines result={result} />
          </>
        ) : (
          <Text size="sm">{t('job.notMeasured')}</Text>
        )}
        <WarningsNote
          title={t('job.warnings')}
          warnings={warnings.filter(({ code }) => !SAID_BY_VERDICT.includes(code))}
        />
        {job.fine_tuned_model && <ModelName name={job.fine_tuned_model} />}
        <OtherMetrics metrics={metrics} />
      </Stack>
    </Panel>
  );
}
