import { SegmentedControl, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CostsPanel } from '@/features/usage/costs-panel';
import { costByLineItem } from '@/features/usage/totals';
import { UsagePanels } from '@/features/usage/usage-panels';
import { costsQuery, type Period } from '@/features/usage/usage-queries';
import { Page } from '@/components/ui/page';
import { Stat } from '@/components/ui/stat';
import { formatBalance, formatCap, formatMicroUsd } from '@/lib/format/money';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';
import { balanceQuery } from '@/lib/queries/balance';

function Totals({ days }: { days: Period }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const scope = useScope();
  const { data: balance } = useQuery(balanceQuery(scope));
  const { data: costs } = useQuery(costsQuery(scope, days));
  const total = costs && costByLineItem(costs.data).reduce((sum, { microUsd }) => sum + microUsd, 0);
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      <Stat
        label={t('usage.total', { count: days })}
        value={
          total === undefined ? '–' : <span data-testid="total-cost">{formatMicroUsd(total, language)}</span>
        }
      />
      <Stat
        label={t('balance.available')}
        value={balance ? formatBalance(balance.available_micro_usd, language) : '–'}
      />
      <Stat
        label={t('balance.held')}
        value={balance ? formatCap(balance.held_micro_usd, language) : '–'}
        note={t('balance.heldNote')}
      />
    </SimpleGrid>
  );
}

export function UsagePage() {
  const { t } = useTranslation();
  const [days, setDays] = useState<Period>(7);
  return (
    <Page
      title={t('nav.usage')}
      description={t('usage.description')}
      actions={
        <SegmentedControl
          aria-label={t('usage.period')}
          value={String(days)}
          onChange={(value) => setDays(value === '30' ? 30 : 7)}
          data={[
            { value: '7', label: t('usage.days', { count: 7 }) },
            { value: '30', label: t('usage.days', { count: 30 }) },
          ]}
        />
      }
    >
      <Totals days={days} />
      <UsagePanels days={days} />
      <CostsPanel days={days} />
    </Page>
  );
}
