import { Checkbox, MultiSelect } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OperationForm, type OperationFormProps } from '@/features/files/operation-form';
import { useVersionOptions } from '@/features/files/use-version-options';

const MOST = 19; // beside the version that it starts from

/** One version of several of the same format. */
export function MergeForm({ source, onClose }: OperationFormProps) {
  const { t } = useTranslation();
  const options = useVersionOptions(source.fileId, source.datasetId, source.format);
  const [others, setOthers] = useState<string[]>([]);
  const [isDistinct, setIsDistinct] = useState(true);
  const operation = {
    type: 'merge' as const,
    file_ids: [source.fileId, ...others],
    drop_duplicates: isDistinct,
  };
  return (
    <OperationForm
      source={source}
      onClose={onClose}
      operation={others.length > 0 ? operation : null}
      outcome={t('operations.mergeOutcome', { count: others.length + 1 })}
    >
      <MultiSelect
        label={t('operations.mergeWith')}
        description={t('operations.mergeNote')}
        data={options}
        value={others}
        onChange={setOthers}
        maxValues={MOST}
        searchable
        nothingFoundMessage={t('datasets.noMatch')}
        data-autofocus
      />
      <Checkbox
        label={t('operations.dropDuplicates')}
        checked={isDistinct}
        onChange={(event) => setIsDistinct(event.currentTarget.checked)}
      />
    </OperationForm>
  );
}
