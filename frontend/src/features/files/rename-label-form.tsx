import { Autocomplete, Group, Select, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useMakeVersions } from '@/features/files/use-make-versions';
import { ErrorNote } from '@/components/ui/error-note';
import { GuardedButton } from '@/components/ui/guard';

interface RenameLabelFormProps {
  fileId: string;
  datasetId: string;
  labels: string[];
}

/** One label renamed in all rows, or joined with another. */
export function RenameLabelForm({ fileId, datasetId, labels }: RenameLabelFormProps) {
  const { t } = useTranslation();
  const making = useMakeVersions(datasetId);
  const form = useForm({ initialValues: { label: '', to: '' } });
  const { label, to } = form.values;
  const rename = () =>
    making.mutate({ type: 'relabel', file_id: fileId, labels: [{ label, to: to.trim() }] });
  return (
    <form onSubmit={form.onSubmit(rename)} aria-label={t('report.rename')}>
      <Stack gap="sm">
        {making.error && <ErrorNote error={making.error} />}
        <Group align="flex-end">
          <Select label={t('report.renameFrom')} data={labels} searchable {...form.getInputProps('label')} />
          <Autocomplete
            label={t('report.renameTo')}
            description={t('report.renameHint')}
            data={labels.filter((each) => each !== label)}
            {...form.getInputProps('to')}
          />
          <GuardedButton
            action="file.write"
            type="submit"
            variant="default"
            loading={making.isPending}
            disabled={!label || !to.trim() || to.trim() === label}
          >
            {t('report.rename')}
          </GuardedButton>
        </Group>
      </Stack>
    </form>
  );
}
