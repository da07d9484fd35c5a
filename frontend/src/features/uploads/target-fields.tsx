import { Select, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { UploadTarget } from '@/lib/api/uploads';
import { useScope } from '@/lib/project';
import { datasetChoiceQuery } from '@/lib/queries/datasets';

/** Those that the platform does something with, and files that it only keeps. */
const PURPOSES = ['fine-tune', 'user_data'] as const;
export const FINE_TUNE = 'fine-tune';

interface TargetFieldsProps {
  target: UploadTarget;
  onChange: (target: UploadTarget) => void;
}

/** What the files are for; of training data, which dataset they are a version of. */
export function TargetFields({ target, onChange }: TargetFieldsProps) {
  const { t } = useTranslation();
  const { data: datasets } = useQuery(datasetChoiceQuery(useScope()));
  const isTraining = target.purpose === FINE_TUNE;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Select
        label={t('uploads.purpose')}
        data={PURPOSES.map((value) => ({ value, label: t(`purpose.${value}`) }))}
        value={target.purpose}
        onChange={(purpose) => purpose && onChange({ purpose })}
        allowDeselect={false}
      />
      {isTraining && (
        <Select
          label={t('uploads.into')}
          data={[
            { value: '', label: t('uploads.newDataset') },
            ...(datasets?.data ?? []).map(({ id, name }) => ({
              value: id,
              label: t('uploads.versionOf', { name }),
            })),
          ]}
          value={target.datasetId ?? ''}
          onChange={(id) => onChange({ ...target, datasetId: id || undefined })}
          allowDeselect={false}
          searchable
          nothingFoundMessage={t('datasets.noMatch')}
        />
      )}
    </SimpleGrid>
  );
}
