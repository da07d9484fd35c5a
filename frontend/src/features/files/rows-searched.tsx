import { Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { reportQuery } from '@/features/files/report-query';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';

interface RowsSearchedProps {
  fileId: string;
  /** Rows looked through so far. */
  searched: number;
}

/** How far a search has come that did not reach the file's end. */
export function RowsSearched({ fileId, searched }: RowsSearchedProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: report } = useQuery(reportQuery(useScope(), fileId));
  if (!report?.rows) return null;
  const text = t('rows.searched', {
    searched: formatNumber(searched, language),
    rows: formatNumber(report.rows, language),
  });
  return (
    <Stack gap={4} role="status">
      <Text size="sm">{text}</Text>
      <Progress.Root size="sm">
        <Progress.Section value={(100 * searched) / report.rows} aria-label={text} />
      </Progress.Root>
    </Stack>
  );
}
