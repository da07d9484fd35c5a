import { Paper, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/components/ui/panel';
import { RowView } from '@/components/ui/row-view';
import type { DataRow } from '@/lib/api/data-types';

/** The first rows as they were understood. */
export function SamplePanel({ rows }: { rows: DataRow[] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('report.sample')} note={t('report.sampleNote')}>
      <Stack gap="sm">
        {rows.map((row, index) => (
          <Paper key={index} withBorder p="sm" radius="md">
            <RowView row={row} />
          </Paper>
        ))}
      </Stack>
    </Panel>
  );
}
