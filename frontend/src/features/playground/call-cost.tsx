import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Price } from '@/lib/api/types';
import { estimateMicroUsd, formatMicroUsd } from '@/lib/format/money';
import { useLanguage } from '@/lib/i18n/i18n';

interface CallCostProps {
  price: Price | null;
  input: number;
  cached: number;
  output: number;
}

/** What one call used, and its price by the catalogue. */
export function CallCost({ price, input, cached, output }: CallCostProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const cost = price && formatMicroUsd(estimateMicroUsd(price, { input, cached, output }), language);
  return (
    <Text size="xs" c="dimmed" data-testid="call-cost">
      {t('playground.tokens', { input, output })}
      {cost && ` · ${cost}`}
    </Text>
  );
}
