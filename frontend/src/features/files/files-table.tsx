import { ActionIcon, Group, Table, Text, Tooltip } from '@mantine/core';
import { IconDownload, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Ago } from '@/components/ui/ago';
import { useFileActions } from '@/features/files/file-actions';
import { LinkAnchor } from '@/components/ui/links';
import { StatusBadge } from '@/components/ui/status-badge';
import { TableHead } from '@/components/ui/table-head';
import { TableScroll } from '@/components/ui/table-scroll';
import { usePurposeName } from '@/components/ui/names';
import type { FileObject } from '@/lib/api/types';
import { formatBytes } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useCan } from '@/lib/permissions';

interface RowProps {
  file: FileObject;
  onDownload: () => void;
  onDelete: () => void;
}

function FileRow({ file, onDownload, onDelete }: RowProps) {
  const { t } = useTranslation();
  const purposeName = usePurposeName();
  const language = useLanguage();
  const canDelete = useCan('file.write');
  return (
    <Table.Tr>
      <Table.Td>
        <LinkAnchor to="/files/$fileId" params={{ fileId: file.id }} fw={600}>
          {file.filename}
        </LinkAnchor>
        <Text size="xs" c="dimmed" ff="monospace">
          {file.id}
        </Text>
      </Table.Td>
      <Table.Td>
        <StatusBadge status={file.status} />
      </Table.Td>
      <Table.Td>{purposeName(file.purpose)}</Table.Td>
      <Table.Td>{formatBytes(file.bytes, language)}</Table.Td>
      <Table.Td>
        <Ago at={file.created_at} />
      </Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <Tooltip label={t('actions.download')}>
            <ActionIcon
              variant="subtle"
              color="gray"
              onClick={onDownload}
              aria-label={t('files.downloadNamed', { name: file.filename })}
            >
              <IconDownload size={17} aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
          {canDelete && (
            <Tooltip label={t('actions.delete')}>
              <ActionIcon
                variant="subtle"
                color="red"
                onClick={onDelete}
                aria-label={t('files.deleteNamed', { name: file.filename })}
              >
                <IconTrash size={17} aria-hidden="true" />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

export function FilesTable({ files }: { files: FileObject[] }) {
  const { t } = useTranslation();
  const { download, askDelete } = useFileActions();
  return (
    <TableScroll label={t('data.files')} minWidth={700}>
      <TableHead
        columns={[
          t('files.name'),
          t('columns.status'),
          t('files.purpose'),
          t('files.size'),
          t('columns.created'),
        ]}
      />
      <Table.Tbody>
        {files.map((file) => (
          <FileRow
            key={file.id}
            file={file}
            onDownload={() => download(file)}
            onDelete={() => askDelete(file)}
          />
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}
