import { Group, Paper, SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Quote } from '@/lib/api/types';
import { formatDuration } from '@/lib/format/dates';
import { formatBalance, formatCap } from '@/lib/format/money';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text fw={600}>{value}</Text>
    </div>
  );
}

export function QuoteCard({ quote }: { quote: Quote }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const money = (amount: number) => formatBalance(amount, language);
  const seconds = quote.estimated_seconds;
  return (
    <Paper
      p="lg"
      radius="md"
      bg="var(--mantine-color-ember-light)"
      role="region"
      aria-label={t('quote.title')}
      data-testid="quote"
    >
      <Group justify="space-between" align="flex-end" mb="md">
        <div>
          <Text size="sm">{t('quote.atMost')}</Text>
          <Text fz={32} fw={700} lh={1.1}>
            {formatCap(quote.amount_micro_usd, language)}
          </Text>
        </div>
        <Text size="sm">{t('quote.cap')}</Text>
      </Group>
      <SimpleGrid cols={{ base: 2, sm: 3 }}>
        <Figure name={t('quote.fileTokens')} value={formatNumber(quote.tokens, language)} />
        <Figure name={t('quote.epochs')} value={String(quote.n_epochs)} />
        <Figure name={t('quote.trainedTokens')} value={formatNumber(quote.trained_tokens, language)} />
        <Figure name={t('quote.time')} value={seconds === null ? '–' : formatDuration(seconds, language)} />
        <Figure name={t('quote.available')} value={money(quote.available_micro_usd)} />
        <Figure name={t('quote.after')} value={money(quote.available_micro_usd - quote.amount_micro_usd)} />
      </SimpleGrid>
    </Paper>
  );
}
