import { Paper, Stack, Text, Title } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { InterruptedRow } from '@/features/uploads/interrupted-row';
import { FINE_TUNE, TargetFields } from '@/features/uploads/target-fields';
import { TransferRow } from '@/features/uploads/transfer-row';
import { useUploads } from '@/features/uploads/use-uploads';
import type { UploadTarget } from '@/lib/api/uploads';

function DropHere({ onDrop }: { onDrop: (files: File[]) => void }) {
  const { t } = useTranslation();
  return (
    <Dropzone
      onDrop={onDrop}
      multiple
      radius="md"
      p="lg"
      aria-label={t('uploads.drop')}
      inputProps={{ 'aria-label': t('uploads.choose') }}
      bg="transparent"
    >
      <Stack align="center" gap={6} style={{ pointerEvents: 'none' }}>
        <IconUpload size={30} stroke={1.5} aria-hidden="true" color="var(--mantine-color-ember-6)" />
        <Text fw={600}>{t('uploads.drop')}</Text>
        <Text size="sm" c="dimmed" ta="center">
          {t('uploads.hint')}
        </Text>
      </Stack>
    </Dropzone>
  );
}

/** Where files come in: new ones, those on their way, and those to go on with. */
export function UploadZone({ datasetId }: { datasetId?: string }) {
  const { t } = useTranslation();
  const [target, setTarget] = useState<UploadTarget>({ purpose: FINE_TUNE, datasetId });
  const { transfers, interrupted, start, goOn, cancel, discard } = useUploads();
  return (
    <Paper withBorder radius="lg" p="lg" bg="var(--finery-surface)">
      <Stack>
        <DropHere onDrop={(files) => start(files, target)} />
        <TargetFields target={target} onChange={setTarget} />
        {transfers.map((transfer) => (
          <TransferRow key={transfer.id} transfer={transfer} onCancel={() => cancel(transfer.id)} />
        ))}
        {interrupted.length > 0 && (
          <>
            <Title order={2} size="h3">
              {t('uploads.interruptedTitle')}
            </Title>
            {interrupted.map((upload) => (
              <InterruptedRow
                key={upload.id}
                upload={upload}
                onFile={(file) => goOn(file, upload)}
                onDiscard={() => discard(upload)}
              />
            ))}
          </>
        )}
      </Stack>
    </Paper>
  );
}
