import { SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Histogram } from '@/components/ui/histogram';
import { Panel } from '@/components/ui/panel';
import { Stat } from '@/components/ui/stat';
import type { Lengths } from '@/lib/api/report-types';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

const FIGURES = ['min', 'median', 'p95', 'max'] as const;

/** How long the rows are. */
export function LengthsPanel({ lengths }: { lengths: Lengths }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Panel title={t('lengths.title')} note={t('lengths.note')}>
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        {FIGURES.map((name) => (
          <Stat key={name} label={t(`lengths.${name}`)} value={formatNumber(lengths[name], language)} />
        ))}
      </SimpleGrid>
      <Histogram title={t('lengths.title')} bins={lengths.histogram} unit={t('lengths.characters')} />
    </Panel>
  );
}
