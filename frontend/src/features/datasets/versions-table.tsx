import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Ago } from '@/components/ui/ago';
import { LinkAnchor } from '@/components/ui/links';
import { useMadeByText } from '@/components/ui/made-by';
import { StatusBadge } from '@/components/ui/status-badge';
import { TableScroll } from '@/components/ui/table-scroll';
import type { Version } from '@/lib/api/data-types';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

interface RowProps {
  version: Version;
  madeBy: string;
}

function VersionRow({ version, madeBy }: RowProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Table.Tr>
      <Table.Td>
        <LinkAnchor to="/files/$fileId" params={{ fileId: version.file_id }} fw={600}>
          {t('datasets.version', { version: version.version })}
        </LinkAnchor>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {version.filename}
        </Text>
      </Table.Td>
      <Table.Td>{madeBy}</Table.Td>
      <Table.Td>
        <StatusBadge status={version.status} />
      </Table.Td>
      <Table.Td ta="right">{version.rows === null ? '–' : formatNumber(version.rows, language)}</Table.Td>
      <Table.Td>{version.format ? t(`rowFormat.${version.format}`) : '–'}</Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <Ago at={version.created_at} />
      </Table.Td>
    </Table.Tr>
  );
}

/** A dataset's versions, newest first, each with how it came to be. */
export function VersionsTable({ versions }: { versions: Version[] }) {
  const { t } = useTranslation();
  const madeByText = useMadeByText();
  const numbers = new Map(versions.map(({ file_id: fileId, version }) => [fileId, version]));
  return (
    <TableScroll label={t('datasets.versions')} minWidth={760}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={200}>{t('datasets.versionShort')}</Table.Th>
          <Table.Th>{t('datasets.madeBy')}</Table.Th>
          <Table.Th>{t('columns.status')}</Table.Th>
          <Table.Th ta="right">{t('report.rowsShort')}</Table.Th>
          <Table.Th>{t('datasets.format')}</Table.Th>
          <Table.Th>{t('columns.created')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {versions.map((version) => (
          <VersionRow
            key={version.file_id}
            version={version}
            madeBy={madeByText(version.made_by, (fileId) => numbers.get(fileId))}
          />
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}
