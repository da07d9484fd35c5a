import { Group, Loader, Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/components/ui/panel';
import type { ReadingProgress } from '@/lib/api/report-types';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

/** The file is being made or read: how far. */
export function ReadingPanel({ progress }: { progress?: ReadingProgress | null }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Panel title={t('report.title')}>
      <Group role="status">
        <Loader size="sm" />
        <Text>{t('report.checking')}</Text>
      </Group>
      {progress && progress.total_bytes > 0 && (
        <>
          <Progress.Root>
            <Progress.Section
              value={Math.floor((100 * progress.bytes) / progress.total_bytes)}
              aria-label={t('report.reading')}
            />
          </Progress.Root>
          <Text size="sm" c="dimmed">
            {t('report.rows', { count: progress.rows, rows: formatNumber(progress.rows, language) })}
          </Text>
        </>
      )}
    </Panel>
  );
}
