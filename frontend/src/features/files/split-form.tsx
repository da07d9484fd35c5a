import { Checkbox, NumberInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OperationForm, type OperationFormProps } from '@/features/files/operation-form';
import { FIRST_SEED, SeedField } from '@/features/files/seed-field';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

const HELD_OUT = 20; // percent

/** Two versions: one to train on, one to examine by. */
export function SplitForm({ source, onClose }: OperationFormProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const hasLabels = source.labels.length > 1;
  const [percent, setPercent] = useState(HELD_OUT);
  const [seed, setSeed] = useState(FIRST_SEED);
  const [isStratified, setIsStratified] = useState(hasLabels);
  const heldOut = Math.round((source.rows * percent) / 100);
  return (
    <OperationForm
      source={source}
      onClose={onClose}
      operation={{
        type: 'split',
        file_id: source.fileId,
        parts: [
          { name: 'train', percent: 100 - percent },
          { name: 'validation', percent },
        ],
        seed,
        is_stratified: isStratified,
      }}
      outcome={t('operations.splitOutcome', {
        train: formatNumber(source.rows - heldOut, language),
        validation: formatNumber(heldOut, language),
      })}
    >
      <NumberInput
        label={t('operations.heldOut')}
        value={percent}
        onChange={(value) => setPercent(Math.min(99, Math.max(1, Number(value) || 1)))}
        min={1}
        max={99}
        suffix=" %"
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
