import { useTranslation } from 'react-i18next';
import { DefinitionList } from '@/components/ui/definition-list';
import { LinkAnchor } from '@/components/ui/links';
import { Panel } from '@/components/ui/panel';
import type { Job } from '@/lib/api/types';
import { formatDateTime, formatDuration } from '@/lib/format/dates';
import { formatCap, formatMicroUsd } from '@/lib/format/money';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

function FileLink({ fileId }: { fileId: string }) {
  return (
    <LinkAnchor to="/files/$fileId" params={{ fileId }} size="sm">
      {fileId}
    </LinkAnchor>
  );
}

function useMoneyFacts(job: Job) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { quote_micro_usd: quote, cost_micro_usd: cost } = job.finery;
  return [
    { term: t('job.quote'), value: quote === null ? '–' : formatCap(quote, language) },
    { term: t('job.cost'), value: cost === null ? t('job.costPending') : formatMicroUsd(cost, language) },
    {
      term: t('job.trainedTokens'),
      value: job.trained_tokens === null ? '–' : formatNumber(job.trained_tokens, language),
    },
  ];
}

/** What was ordered and what it cost, against the quote. */
export function JobFacts({ job }: { job: Job }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const money = useMoneyFacts(job);
  const { n_epochs: epochs, batch_size: batch, learning_rate_multiplier: rate } = job.hyperparameters;
  return (
    <Panel title={t('job.facts')}>
      <DefinitionList
        items={[
          ...money,
          { term: t('wizard.base.label'), value: job.model },
          { term: t('wizard.method.label'), value: t(`method.${job.method.type}`) },
          { term: t('wizard.data.training'), value: <FileLink fileId={job.training_file} /> },
          ...(job.validation_file
            ? [{ term: t('wizard.data.validation'), value: <FileLink fileId={job.validation_file} /> }]
            : []),
          { term: t('wizard.settings.n_epochs'), value: epochs ?? '–' },
          { term: t('wizard.settings.batch_size'), value: batch ?? '–' },
          { term: t('wizard.settings.learning_rate_multiplier'), value: rate ?? '–' },
          { term: t('wizard.settings.seed'), value: job.seed },
          { term: t('columns.created'), value: formatDateTime(job.created_at, language) },
          ...(job.finished_at
            ? [{ term: t('job.took'), value: formatDuration(job.finished_at - job.created_at, language) }]
            : []),
        ]}
      />
    </Panel>
  );
}
