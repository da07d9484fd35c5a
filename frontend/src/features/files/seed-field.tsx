import { NumberInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export const FIRST_SEED = 42;

/** The same seed and data give the same rows. */
export function SeedField({ seed, onChange }: { seed: number; onChange: (seed: number) => void }) {
  const { t } = useTranslation();
  return (
    <NumberInput
      label={t('operations.seed')}
      description={t('operations.seedNote')}
      value={seed}
      onChange={(value) => onChange(Number(value) || 0)}
      min={0}
      max={2_147_483_647}
      allowDecimal={false}
    />
  );
}
