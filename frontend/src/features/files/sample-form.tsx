import { Checkbox, NumberInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OperationForm, type OperationFormProps } from '@/features/files/operation-form';
import { FIRST_SEED, SeedField } from '@/features/files/seed-field';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

const SHARE = 10; // the first offer is a tenth

/** Some rows by chance. */
export function SampleForm({ source, onClose }: OperationFormProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const hasLabels = source.labels.length > 1;
  const [rows, setRows] = useState(Math.max(1, Math.round(source.rows / SHARE)));
  const [seed, setSeed] = useState(FIRST_SEED);
  const [isStratified, setIsStratified] = useState(hasLabels);
  return (
    <OperationForm
      source={source}
      onClose={onClose}
      operation={{ type: 'sample', file_id: source.fileId, rows, seed, is_stratified: isStratified }}
      outcome={t('operations.sampleOutcome', {
        rows: formatNumber(rows, language),
        all: formatNumber(source.rows, language),
      })}
    >
      <NumberInput
        label={t('operations.sampleRows')}
        value={rows}
        onChange={(value) => setRows(Math.min(source.rows, Math.max(1, Number(value) || 1)))}
        min={1}
        max={source.rows}
        allowDecimal={false}
        data-autofocus
      />
      <SeedField seed={seed} onChange={setSeed} />
      {hasLabels && (
        <Checkbox
          label={t('operations.stratified')}
          checked={isStratified}
          onChange={(event) => setIsStratified(event.currentTarget.checked)}
        />
      )}
    </OperationForm>
  );
}
