import { Box, Button, FileButton, Group, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '@/components/ui/use-now';
import type { Upload } from '@/lib/api/upload-types';
import { formatRelative } from '@/lib/format/dates';
import { formatBytes, formatPercent } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { isSameFile } from '@/lib/uploads/parts';

interface InterruptedRowProps {
  upload: Upload;
  onFile: (file: File) => void;
  onDiscard: () => void;
}

/** An upload whose file the browser no longer has in hand: choosing it again goes on where it stopped. */
export function InterruptedRow({ upload, onFile, onDiscard }: InterruptedRowProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const [isOther, setIsOther] = useState(false);
  const { filename: name } = upload;
  const held = upload.finery.parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const choose = (file: File | null) => {
    if (!file) return;
    setIsOther(!isSameFile(file, upload));
    if (isSameFile(file, upload)) onFile(file);
  };
  return (
    <Box data-upload="interrupted">
      <Group justify="space-between" gap="sm">
        <Box miw={0} flex="1 1 260px">
          <Text size="sm" fw={600} truncate>
            {name}
          </Text>
          <Text size="sm" c="dimmed">
            {t('uploads.interrupted', {
              percent: formatPercent(held / upload.bytes, language),
              size: formatBytes(upload.bytes, language),
              at: formatRelative(upload.created_at, language, now),
            })}
          </Text>
        </Box>
        <Group gap="xs">
          <FileButton onChange={choose} inputProps={{ 'aria-label': t('uploads.chooseAgain', { name }) }}>
            {(props) => (
              <Button
                {...props}
                size="xs"
                variant="light"
                leftSection={<IconPlayerPlay size={15} aria-hidden="true" />}
              >
                {t('uploads.chooseAgain', { name })}
              </Button>
            )}
          </FileButton>
          <Button size="xs" variant="subtle" color="red" onClick={onDiscard}>
            {t('uploads.discard')}
          </Button>
        </Group>
      </Group>
      {isOther && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert" mt={4}>
          {t('uploads.otherFile', { name, size: formatBytes(upload.bytes, language) })}
        </Text>
      )}
    </Box>
  );
}
