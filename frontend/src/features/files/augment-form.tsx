import { Checkbox, NumberInput, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OperationForm, type OperationFormProps } from '@/features/files/operation-form';
import { FIRST_SEED, SeedField } from '@/features/files/seed-field';
import type { AugmentMethod } from '@/lib/api/data-types';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

const METHODS = ['synonyms', 'characters'] as const;
const MORE = 20; // percent

/** More rows like those that are there, with the same labels: rare classes up to a number, or some percent. */
export function AugmentForm({ source, onClose }: OperationFormProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const byLabel = source.labels.length > 1;
  const [amount, setAmount] = useState(
    byLabel ? Math.max(1, Math.round(source.rows / source.labels.length)) : MORE,
  );
  const [methods, setMethods] = useState<string[]>(['synonyms']);
  const [seed, setSeed] = useState(FIRST_SEED);
  const operation = {
    type: 'augment' as const,
    file_id: source.fileId,
    seed,
    methods: methods as AugmentMethod[],
    ...(byLabel ? { rows_per_label: amount } : { percent: amount }),
  };
  return (
    <OperationForm
      source={source}
      onClose={onClose}
      operation={methods.length > 0 ? operation : null}
      outcome={t(byLabel ? 'operations.augmentLabels' : 'operations.augmentPercent', {
        amount: formatNumber(amount, language),
      })}
    >
      <NumberInput
        label={byLabel ? t('operations.rowsPerLabel') : t('operations.morePercent')}
        value={amount}
        onChange={(value) => setAmount(Math.max(1, Number(value) || 1))}
        min={1}
        allowDecimal={false}
        data-autofocus
      />
      <Checkbox.Group label={t('operations.methods')} value={methods} onChange={setMethods}>
        <Stack gap="xs" mt="xs">
          {METHODS.map((method) => (
            <Checkbox
              key={method}
              value={method}
              label={t(`operations.${method}`)}
              description={t(`operations.${method}Note`)}
            />
          ))}
        </Stack>
      </Checkbox.Group>
      <SeedField seed={seed} onChange={setSeed} />
    </OperationForm>
  );
}
