import { Badge, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { summaryOf } from '@/components/ui/row-summary';
import { TableScroll } from '@/components/ui/table-scroll';
import type { DiffRow } from '@/lib/api/data-types';

/** Rows that came and went, told apart by sign and word, not by colour alone. */
export function DiffRows({ rows }: { rows: DiffRow[] }) {
  const { t } = useTranslation();
  return (
    <TableScroll label={t('diff.title')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={130}>{t('diff.change')}</Table.Th>
          <Table.Th w={80}>{t('report.line')}</Table.Th>
          <Table.Th>{t('diff.row')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ change, number, line, row }) => (
          <Table.Tr key={`${change}-${number}`} data-change={change}>
            <Table.Td>
              <Badge color={change === 'added' ? 'green' : 'red'}>
                {change === 'added' ? '+ ' : '− '}
                {t(`diff.${change}One`)}
              </Badge>
            </Table.Td>
            <Table.Td>{line}</Table.Td>
            <Table.Td>
              <Text
                size="sm"
                td={change === 'removed' ? 'line-through' : undefined}
                style={{ overflowWrap: 'anywhere' }}
              >
                {summaryOf(row)}
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}
