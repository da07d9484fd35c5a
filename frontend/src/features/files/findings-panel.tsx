import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FindingsTable } from '@/features/files/findings-table';
import { Panel } from '@/components/ui/panel';
import type { Finding } from '@/lib/api/data-types';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

const AT_FIRST = 20;

interface FindingsPanelProps {
  title: string;
  note?: string;
  findings: Finding[];
  /** How many there are, those not in `findings` included. */
  count: number;
  isBad?: boolean;
}

/** Errors or warnings, the first ones at once. */
export function FindingsPanel({ title, note, findings, count, isBad }: FindingsPanelProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [shown, setShown] = useState(AT_FIRST);
  if (findings.length === 0) return null;
  const numbers = { shown: formatNumber(findings.length, language), all: formatNumber(count, language) };
  return (
    <Panel title={`${title} (${numbers.all})`} note={note}>
      <FindingsTable findings={findings.slice(0, shown)} label={title} isBad={isBad} />
      {shown < findings.length && (
        <Group justify="center">
          <Button variant="default" onClick={() => setShown(shown + 5 * AT_FIRST)}>
            {t('actions.more')}
          </Button>
        </Group>
      )}
      {findings.length < count && (
        <Text size="sm" c="dimmed">
          {t('report.truncated', numbers)}
        </Text>
      )}
    </Panel>
  );
}
