import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** The head of a table whose last column holds what can be done with a row. */
export function TableHead({ columns }: { columns: string[] }) {
  const { t } = useTranslation();
  return (
    <Table.Thead>
      <Table.Tr>
        {columns.map((column) => (
          <Table.Th key={column}>{column}</Table.Th>
        ))}
        <Table.Th aria-label={t('columns.actions')} />
      </Table.Tr>
    </Table.Thead>
  );
}
