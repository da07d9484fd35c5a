import { SimpleGrid, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { LoadError } from '@/components/ui/load-error';
import { Stat } from '@/components/ui/stat';
import { formatBalance, formatCap } from '@/lib/format/money';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';
import { balanceQuery } from '@/lib/queries/balance';
import { isFinal, modelsQuery } from '@/lib/queries/models';

export function BalanceStats() {
  const { t } = useTranslation();
  const language = useLanguage();
  const scope = useScope();
  const { data: balance, error, isPending, refetch } = useQuery(balanceQuery(scope));
  const { data: models } = useQuery(modelsQuery(scope));
  if (isPending) return <Skeleton height={88} radius="lg" />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      <Stat label={t('balance.available')} value={formatBalance(balance.available_micro_usd, language)} />
      <Stat
        label={t('balance.held')}
        value={formatCap(balance.held_micro_usd, language)}
        note={t('balance.heldNote')}
      />
      <Stat
        label={t('overview.models')}
        value={models ? models.data.filter(({ id }) => isFinal(id)).length : '–'}
        note={t('overview.modelsNote')}
      />
    </SimpleGrid>
  );
}
