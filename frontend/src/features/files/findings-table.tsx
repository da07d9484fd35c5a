import { Code, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LineLink } from '@/features/files/line-link';
import { useFindingName, useFindingText, useFixName } from '@/components/ui/names';
import { TableScroll } from '@/components/ui/table-scroll';
import type { Finding } from '@/lib/api/data-types';

interface FindingsTableProps {
  findings: Finding[];
  label: string;
  /** These are of rows with errors. */
  isBad?: boolean;
}

/** What a code means, and what the finding says beyond that. */
function Message({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const name = useFindingName()(finding.code);
  const text = useFindingText()(finding);
  const fixName = useFixName();
  return (
    <>
      {name && (
        <Text size="sm" fw={600}>
          {name}
        </Text>
      )}
      {text && (
        <Text size="sm" c={name ? 'dimmed' : undefined}>
          {text}
        </Text>
      )}
      {finding.fix && <Text size="sm">{t('report.fixedBy', { fix: fixName(finding.fix) })}</Text>}
    </>
  );
}

/** Findings line by line; a line opens its row with the place marked. */
export function FindingsTable({ findings, label, isBad = false }: FindingsTableProps) {
  const { t } = useTranslation();
  return (
    <TableScroll label={label}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={80}>{t('report.line')}</Table.Th>
          <Table.Th>{t('report.message')}</Table.Th>
          <Table.Th>{t('report.field')}</Table.Th>
          <Table.Th>{t('report.code')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {findings.map((finding, index) => (
          <Table.Tr key={index}>
            <Table.Td>
              {finding.line === null ? (
                '–'
              ) : (
                <LineLink line={finding.line} isBad={isBad} path={finding.param} />
              )}
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              <Message finding={finding} />
            </Table.Td>
            <Table.Td>{finding.param ?? '–'}</Table.Td>
            <Table.Td>
              <Code>{finding.code}</Code>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}
