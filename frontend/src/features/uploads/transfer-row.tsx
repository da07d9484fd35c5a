import { ActionIcon, Box, Group, Progress, Text, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ErrorNote } from '@/components/ui/error-note';
import { formatDuration } from '@/lib/format/dates';
import { formatBytes, formatPercent } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import type { TransferView } from '@/lib/uploads/transfer';
import { pauseTransfer, runTransfer } from '@/lib/uploads/transfers';

/** What is being done, and how fast, as far as it is known. */
function useStateText(transfer: TransferView): string {
  const { t } = useTranslation();
  const language = useLanguage();
  const { state, sent, bytes, bytesPerSecond } = transfer;
  const percent = formatPercent(sent / bytes, language);
  if (state === 'failed') return t('uploads.failed', { percent });
  if (state === 'paused') return t('uploads.paused', { percent });
  if (state === 'retrying') return t('uploads.retrying', { percent });
  if (state === 'finishing') return t('uploads.finishing');
  if (bytesPerSecond === null) return percent;
  return t('uploads.speed', {
    percent,
    speed: formatBytes(bytesPerSecond, language),
    left: formatDuration((bytes - sent) / bytesPerSecond, language),
  });
}

function TransferButtons({ transfer, onCancel }: { transfer: TransferView; onCancel: () => void }) {
  const { t } = useTranslation();
  const { id, name, state } = transfer;
  const isStopped = state === 'paused' || state === 'failed';
  const label = isStopped ? t('uploads.goOn', { name }) : t('uploads.pause', { name });
  const cancel = t('uploads.cancel', { name });
  return (
    <Group gap={4} wrap="nowrap">
      {state !== 'finishing' && (
        <Tooltip label={label}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={label}
            onClick={() => (isStopped ? void runTransfer(id) : pauseTransfer(id))}
          >
            {isStopped ? (
              <IconPlayerPlay size={17} aria-hidden="true" />
            ) : (
              <IconPlayerPause size={17} aria-hidden="true" />
            )}
          </ActionIcon>
        </Tooltip>
      )}
      <Tooltip label={cancel}>
        <ActionIcon variant="subtle" color="red" aria-label={cancel} onClick={onCancel}>
          <IconX size={17} aria-hidden="true" />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}

/** One file on its way. */
export function TransferRow({ transfer, onCancel }: { transfer: TransferView; onCancel: () => void }) {
  const { t } = useTranslation();
  const stateText = useStateText(transfer);
  const { name, state, sent, bytes, error } = transfer;
  return (
    <Box data-upload={state}>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Box miw={0} flex={1}>
          <Text size="sm" fw={600} truncate>
            {name}
          </Text>
          <Text size="sm" c="dimmed">
            {stateText}
          </Text>
        </Box>
        <TransferButtons transfer={transfer} onCancel={onCancel} />
      </Group>
      <Progress.Root mt={4}>
        <Progress.Section
          value={Math.floor((100 * sent) / bytes)}
          color={state === 'failed' ? 'red' : state === 'sending' || state === 'finishing' ? 'ember' : 'gray'}
          aria-label={t('uploads.uploading', { name })}
          animated={state === 'finishing'}
        />
      </Progress.Root>
      {state === 'failed' && (
        <Box mt="xs">
          <ErrorNote error={error} title={t('uploads.failedNamed', { name })} />
        </Box>
      )}
    </Box>
  );
}
