import { Group, Text, ThemeIcon } from '@mantine/core';
import { IconRosetteDiscountCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { DefinitionList } from '@/components/ui/definition-list';
import { Panel } from '@/components/ui/panel';
import type { Parity } from '@/lib/api/types';
import { formatFigure, formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

/** The proof that what serves is what was trained. */
export function ParityCard({ parity }: { parity: Parity }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Panel title={t('parity.title')}>
      <Group wrap="nowrap" align="flex-start">
        <ThemeIcon color="gray" variant="light" radius="xl" size="lg">
          <IconRosetteDiscountCheck aria-hidden="true" size={20} />
        </ThemeIcon>
        <Text size="sm">{t('parity.text')}</Text>
      </Group>
      <DefinitionList
        items={[
          { term: t('parity.rows'), value: formatNumber(parity.rows, language) },
          { term: t('parity.tokens'), value: formatNumber(parity.tokens_compared, language) },
          { term: t('parity.mismatched'), value: formatNumber(parity.mismatched_tokens, language) },
          { term: t('parity.max'), value: formatFigure(parity.max_logprob_difference, language) },
          { term: t('parity.mean'), value: formatFigure(parity.mean_logprob_difference, language) },
          { term: t('parity.base'), value: formatFigure(parity.base_logprob_difference, language) },
        ]}
      />
    </Panel>
  );
}
