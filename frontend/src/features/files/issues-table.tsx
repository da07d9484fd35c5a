import { Code, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { TableScroll } from '@/components/ui/table-scroll';
import type { ReportIssue } from '@/lib/api/types';

export function IssuesTable({ issues, label }: { issues: ReportIssue[]; label: string }) {
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
        {issues.map((issue, index) => (
          <Table.Tr key={index}>
            <Table.Td fw={600}>{issue.line ?? '–'}</Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{issue.message}</Table.Td>
            <Table.Td>{issue.param ?? '–'}</Table.Td>
            <Table.Td>
              <Code>{issue.code}</Code>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}
