import { Badge, Table, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { summaryOf } from '@/components/ui/row-summary';
import { TableScroll } from '@/components/ui/table-scroll';
import type { FileRow } from '@/lib/api/data-types';

interface RowsTableProps {
  rows: FileRow[];
  /** The line of the row that is open. */
  marked?: number;
  onOpen: (row: FileRow) => void;
}

function RowLine({ row, isMarked, onOpen }: { row: FileRow; isMarked: boolean; onOpen: () => void }) {
  const { t } = useTranslation();
  return (
    <Table.Tr bg={isMarked ? 'var(--mantine-color-yellow-light)' : undefined}>
      <Table.Td fw={600} style={{ verticalAlign: 'top' }}>
        {row.line}
      </Table.Td>
      <Table.Td>
        <UnstyledButton onClick={onOpen} w="100%">
          <VisuallyHidden>{t('rows.openLine', { line: row.line })} </VisuallyHidden>
          <Text component="span" size="sm" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
            {summaryOf(row.row)}
          </Text>
        </UnstyledButton>
      </Table.Td>
      <Table.Td style={{ verticalAlign: 'top' }}>
        {row.findings.length > 0 && (
          <Badge color={row.hash ? 'yellow' : 'red'}>
            {t('rows.findings', { count: row.findings.length })}
          </Badge>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

export function RowsTable({ rows, marked, onOpen }: RowsTableProps) {
  const { t } = useTranslation();
  return (
    <TableScroll label={t('rows.title')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={80}>{t('report.line')}</Table.Th>
          <Table.Th>{t('rows.content')}</Table.Th>
          <Table.Th w={130}>{t('rows.found')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <RowLine
            key={`${row.number}-${row.line}`}
            row={row}
            isMarked={row.line === marked}
            onOpen={() => onOpen(row)}
          />
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}
