import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconRocket } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Wizard } from '@/features/finetuning/use-wizard';
import { QuoteCard } from '@/features/finetuning/quote-card';
import { WarningsNote } from '@/features/finetuning/warnings-note';
import { toJob } from '@/features/finetuning/wizard-values';
import { DefinitionList } from '@/components/ui/definition-list';
import { ErrorNote } from '@/components/ui/error-note';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { useScope } from '@/lib/project';
import { filesQuery } from '@/lib/queries/files';

function Choices({ wizard }: { wizard: Wizard }) {
  const { t } = useTranslation();
  const values = wizard.form.getValues();
  const { data: files } = useQuery(filesQuery(useScope()));
  const fileName = (id: string) => files?.data.find((file) => file.id === id)?.filename ?? id;
  const auto = (value: number | '') => (value === '' ? t('wizard.settings.auto') : value);
  return (
    <DefinitionList
      items={[
        { term: t('wizard.base.label'), value: values.model },
        { term: t('wizard.method.label'), value: values.method ? t(`method.${values.method}`) : '–' },
        { term: t('wizard.data.training'), value: fileName(values.training_file) },
        {
          term: t('wizard.data.validation'),
          value: values.validation_file ? fileName(values.validation_file) : t('wizard.data.none'),
        },
        { term: t('wizard.settings.suffix'), value: values.suffix || '–' },
        { term: t('wizard.settings.n_epochs'), value: auto(values.n_epochs) },
        { term: t('wizard.settings.batch_size'), value: auto(values.batch_size) },
        { term: t('wizard.settings.learning_rate_multiplier'), value: auto(values.learning_rate_multiplier) },
        { term: t('longRows.maxLength'), value: auto(values.max_length) },
        { term: t('longRows.title'), value: t(`longRows.${values.long_rows}`) },
        { term: t('wizard.settings.seed'), value: auto(values.seed) },
      ]}
    />
  );
}

function QuoteState({ wizard }: { wizard: Wizard }) {
  const { quote } = wizard;
  const again = () => quote.mutate(toJob(wizard.form.getValues()));
  if (quote.isPending) return <LoadingRows rows={3} />;
  if (quote.data) return <QuoteCard quote={quote.data} />;
  if (quote.error) return <LoadError error={quote.error} onRetry={again} />;
  return <LoadingRows rows={3} />;
}

/** The last look: what was chosen, what it costs at most, and the start. */
export function ReviewStep({ wizard }: { wizard: Wizard }) {
  const { t } = useTranslation();
  const { quote, launch, start } = wizard;
  useEffect(() => {
    quote.mutate(toJob(wizard.form.getValues()));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once each time that the step is come to
  }, []);
  const isShort = quote.data?.is_affordable === false;
  return (
    <Stack gap="lg">
      <Choices wizard={wizard} />
      <QuoteState wizard={wizard} />
      {quote.data && <WarningsNote title={t('quote.warnings')} warnings={quote.data.warnings} />}
      {isShort && (
        <Alert
          color="yellow"
          role="alert"
          icon={<IconAlertTriangle aria-hidden="true" />}
          title={t('quote.shortTitle')}
        >
          {t('quote.shortText')}
        </Alert>
      )}
      {launch.error && <ErrorNote error={launch.error} />}
      <Group justify="space-between">
        <Text size="sm" c="dimmed" maw={480}>
          {t('quote.policy')}
        </Text>
        <Button
          size="md"
          onClick={start}
          loading={launch.isPending}
          disabled={!quote.data || quote.isPending || isShort}
          leftSection={<IconRocket size={18} aria-hidden="true" />}
        >
          {t('wizard.launch')}
        </Button>
      </Group>
    </Stack>
  );
}
