import { Alert, Code, Stack, Text } from '@mantine/core';
import { IconDatabase } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { LongRows } from '@/features/finetuning/long-rows';
import type { WizardForm } from '@/features/finetuning/use-wizard';
import { FORMATS } from '@/features/finetuning/file-format';
import { VersionChoice } from '@/features/finetuning/version-choice';
import { EmptyState } from '@/components/ui/empty-state';
import { LoadError } from '@/components/ui/load-error';
import { LinkButton } from '@/components/ui/links';
import { LoadingRows } from '@/components/ui/loading';
import { TokenCount } from '@/components/ui/token-summary';
import type { Dataset } from '@/lib/api/data-types';
import { useScope } from '@/lib/project';
import { datasetChoiceQuery } from '@/lib/queries/datasets';

const EXAMPLES = {
  supervised: '{"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}',
  classification: '{"text": "…", "label": "…"}',
};

function FormatHint({ method }: { method: 'supervised' | 'classification' }) {
  const { t } = useTranslation();
  return (
    <Alert color="blue" title={t('wizard.data.format')}>
      <Text size="sm" mb={6}>
        {t(`wizard.data.${method}`)}
      </Text>
      <Code block tabIndex={0} role="region" aria-label={t('wizard.data.format')}>
        {EXAMPLES[method]}
      </Code>
    </Alert>
  );
}

function DataChoice({ form, datasets }: { form: WizardForm; datasets: Dataset[] }) {
  const { t } = useTranslation();
  const { training_file: training, validation_file: validation, model, ...values } = form.getValues();
  const method = values.method || 'supervised';
  const choose = (field: 'training_file' | 'validation_file') => (fileId: string) => {
    form.setFieldValue(field, fileId);
    form.clearFieldError(field);
  };
  return (
    <Stack>
      <FormatHint method={method} />
      <VersionChoice
        label={t('wizard.data.training')}
        versionLabel={t('wizard.data.trainingVersion')}
        placeholder={t('wizard.data.choose')}
        datasets={datasets}
        format={FORMATS[method]}
        value={training}
        onChange={choose('training_file')}
        error={form.errors.training_file}
      />
      {training && model && <TokenCount fileId={training} model={model} />}
      <VersionChoice
        label={t('wizard.data.validation')}
        versionLabel={t('wizard.data.validationVersion')}
        note={t('wizard.data.validationNote')}
        placeholder={t('wizard.data.none')}
        datasets={datasets}
        format={FORMATS[method]}
        value={validation}
        onChange={choose('validation_file')}
        without={training}
        isOptional
        error={form.errors.validation_file}
      />
      <LongRows form={form} />
    </Stack>
  );
}

/** Versions of datasets; only those that passed validation can be trained on. */
export function DataStep({ form }: { form: WizardForm }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(datasetChoiceQuery(useScope()));
  if (isPending) return <LoadingRows rows={2} />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (data.data.length === 0) {
    return (
      <EmptyState
        icon={<IconDatabase aria-hidden="true" />}
        title={t('wizard.data.emptyTitle')}
        text={t('wizard.data.emptyText')}
        action={
          <LinkButton to="/data" mt="sm">
            {t('wizard.data.upload')}
          </LinkButton>
        }
      />
    );
  }
  return <DataChoice form={form} datasets={data.data} />;
}
