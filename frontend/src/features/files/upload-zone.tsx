import { CloseButton, Group, Progress, Stack, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconUpload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useUploads, type UploadState } from '@/features/files/use-uploads';
import { ErrorNote } from '@/components/ui/error-note';

const MAX_BYTES = 512 * 1024 * 1024;

function UploadRow({ upload, onDismiss }: { upload: UploadState; onDismiss: () => void }) {
  const { t } = useTranslation();
  if (upload.error) {
    return (
      <Group wrap="nowrap" align="flex-start" gap="xs">
        <div style={{ flex: 1 }}>
          <ErrorNote error={upload.error} title={t('files.uploadFailed', { name: upload.name })} />
        </div>
        <CloseButton aria-label={t('actions.dismiss')} onClick={onDismiss} />
      </Group>
    );
  }
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text size="sm">{upload.name}</Text>
        <Text size="sm" c="dimmed">
          {upload.percent}%
        </Text>
      </Group>
      <Progress.Root>
        <Progress.Section
          value={upload.percent}
          aria-label={t('files.uploading', { name: upload.name })}
          animated={upload.percent === 100}
        />
      </Progress.Root>
    </div>
  );
}

export function UploadZone() {
  const { t } = useTranslation();
  const { uploads, startAll, dismiss } = useUploads();
  return (
    <Stack>
      <Dropzone
        onDrop={startAll}
        maxSize={MAX_BYTES}
        multiple
        radius="lg"
        p="xl"
        aria-label={t('files.drop')}
        inputProps={{ 'aria-label': t('files.choose') }}
        bg="var(--finery-surface)"
      >
        <Stack align="center" gap={6} style={{ pointerEvents: 'none' }}>
          <IconUpload size={30} stroke={1.5} aria-hidden="true" color="var(--mantine-color-ember-6)" />
          <Text fw={600}>{t('files.drop')}</Text>
          <Text size="sm" c="dimmed" ta="center">
            {t('files.dropHint')}
          </Text>
        </Stack>
      </Dropzone>
      {uploads.map((upload) => (
        <UploadRow key={upload.id} upload={upload} onDismiss={() => dismiss(upload.id)} />
      ))}
    </Stack>
  );
}
