import { Checkbox, Group, Table } from '@mantine/core';
import { IconTag } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LineLink } from '@/features/files/line-link';
import { useMakeVersions } from '@/features/files/use-make-versions';
import { ErrorNote } from '@/components/ui/error-note';
import { GuardedButton } from '@/components/ui/guard';
import { Panel } from '@/components/ui/panel';
import { TableScroll } from '@/components/ui/table-scroll';
import type { LabelSuspect } from '@/lib/api/report-types';
import { formatPercent } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

interface SuspectRowProps {
  suspect: LabelSuspect;
  isChosen: boolean;
  onChoose: (isChosen: boolean) => void;
}

function SuspectRow({ suspect, isChosen, onChoose }: SuspectRowProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { line, label, suggested, confidence } = suspect;
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          aria-label={t('suspects.choose', { line })}
          checked={isChosen}
          onChange={(event) => onChoose(event.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td>
        <LineLink line={line} path="label" />
      </Table.Td>
      <Table.Td>{label}</Table.Td>
      <Table.Td fw={600}>{suggested}</Table.Td>
      <Table.Td ta="right">{formatPercent(confidence, language)}</Table.Td>
    </Table.Tr>
  );
}

interface SuspectsPanelProps {
  fileId: string;
  datasetId: string;
  suspects: LabelSuspect[];
}

/** Labels that the rest of the data speaks against; what is suggested is taken over where it is right. */
export function SuspectsPanel({ fileId, datasetId, suspects }: SuspectsPanelProps) {
  const { t } = useTranslation();
  const making = useMakeVersions(datasetId);
  const [chosen, setChosen] = useState<number[]>([]);
  const rows = suspects
    .filter(({ line }) => chosen.includes(line))
    .map(({ line, suggested }) => ({ line, label: suggested }));
  return (
    <Panel title={t('suspects.title')} note={t('suspects.note')}>
      <TableScroll label={t('suspects.title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={60}>{t('suspects.select')}</Table.Th>
            <Table.Th w={80}>{t('report.line')}</Table.Th>
            <Table.Th>{t('suspects.label')}</Table.Th>
            <Table.Th>{t('suspects.suggested')}</Table.Th>
            <Table.Th ta="right">{t('suspects.confidence')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {suspects.map((suspect) => (
            <SuspectRow
              key={suspect.line}
              suspect={suspect}
              isChosen={chosen.includes(suspect.line)}
              onChoose={(isChosen) =>
                setChosen(
                  isChosen ? [...chosen, suspect.line] : chosen.filter((line) => line !== suspect.line),
                )
              }
            />
          ))}
        </Table.Tbody>
      </TableScroll>
      {making.error && <ErrorNote error={making.error} />}
      <Group>
        <GuardedButton
          action="file.write"
          leftSection={<IconTag size={16} aria-hidden="true" />}
          loading={making.isPending}
          disabled={rows.length === 0}
          onClick={() => making.mutate({ type: 'relabel', file_id: fileId, rows })}
        >
          {t('suspects.apply', { count: rows.length })}
        </GuardedButton>
      </Group>
    </Panel>
  );
}
