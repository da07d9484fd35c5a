import { Alert, Code, Select, Stack, Text } from '@mantine/core';
import { IconFiles } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { WizardForm } from '@/features/finetuning/use-wizard';
import { EmptyState } from '@/components/ui/empty-state';
import { LoadError } from '@/components/ui/load-error';
import { LinkButton } from '@/components/ui/links';
import { LoadingRows } from '@/components/ui/loading';
import type { FileObject } from '@/lib/api/types';
import { formatDateTime } from '@/lib/format/dates';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';
import { filesQuery } from '@/lib/queries/files';

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

function useOptions(files: FileObject[]) {
  const language = useLanguage();
  return files.map((file) => ({
    value: file.id,
    label: `${file.filename} · ${formatDateTime(file.created_at, language)}`,
  }));
}

function FileChoice({ form, files }: { form: WizardForm; files: FileObject[] }) {
  const { t } = useTranslation();
  const options = useOptions(files);
  const { training_file: training, method } = form.getValues();
  const nothing = t('wizard.data.noMatch');
  return (
    <Stack>
      <FormatHint method={method || 'supervised'} />
      <Select
        label={t('wizard.data.training')}
        placeholder={t('wizard.data.choose')}
        data={options}
        searchable
        required
        nothingFoundMessage={nothing}
        allowDeselect={false}
        {...form.getInputProps('training_file')}
      />
      <Select
        label={t('wizard.data.validation')}
        description={t('wizard.data.validationNote')}
        placeholder={t('wizard.data.none')}
        data={options.filter(({ value }) => value !== training)}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': t('actions.clear') }}
        nothingFoundMessage={nothing}
        {...form.getInputProps('validation_file')}
        value={form.getValues().validation_file || null}
        onChange={(value) => form.setFieldValue('validation_file', value ?? '')}
      />
    </Stack>
  );
}

/** Only files that passed validation can be trained on. */
export function DataStep({ form }: { form: WizardForm }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(filesQuery(useScope()));
  if (isPending) return <LoadingRows rows={2} />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  const usable = data.data.filter((file) => file.status === 'processed' && file.purpose === 'fine-tune');
  if (usable.length === 0) {
    return (
      <EmptyState
        icon={<IconFiles aria-hidden="true" />}
        title={t('wizard.data.emptyTitle')}
        text={t('wizard.data.emptyText')}
        action={
          <LinkButton to="/files" mt="sm">
            {t('wizard.data.upload')}
          </LinkButton>
        }
      />
    );
  }
  return <FileChoice form={form} files={usable} />;
}
