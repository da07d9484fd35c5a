import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFileActions } from '@/features/files/file-actions';
import type { FileObject } from '@/lib/api/types';

const FORMATS = ['jsonl', 'csv', 'parquet'] as const;

/** The file as it was uploaded; of training data its sound rows, too, in three syntaxes. */
export function ExportMenu({ file }: { file: FileObject }) {
  const { t } = useTranslation();
  const { download, exportAs } = useFileActions();
  const isRows = file.purpose === 'fine-tune' && file.status === 'processed';
  if (!isRows) {
    return (
      <Button
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden="true" />}
        onClick={() => download(file)}
      >
        {t('actions.download')}
      </Button>
    );
  }
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden="true" />}
          rightSection={<IconChevronDown size={14} aria-hidden="true" />}
        >
          {t('actions.download')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => download(file)}>{t('files.asUploaded')}</Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('files.exportRows')}</Menu.Label>
        {FORMATS.map((format) => (
          <Menu.Item key={format} onClick={() => exportAs({ file, format })}>
            {format.toUpperCase()}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
