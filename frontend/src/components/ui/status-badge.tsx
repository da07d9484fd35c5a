import { Badge, Box } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FileStatus, JobStatus } from '@/lib/api/types';

const COLORS: Record<JobStatus | FileStatus, string> = {
  uploaded: 'blue',
  processed: 'green',
  error: 'red',
  validating_files: 'blue',
  queued: 'gray',
  running: 'ember',
  paused: 'yellow',
  succeeded: 'green',
  failed: 'red',
  cancelled: 'gray',
};

export function StatusBadge({ status }: { status: JobStatus | FileStatus }) {
  const { t } = useTranslation();
  const color = COLORS[status] ?? 'gray';
  return (
    <Badge
      color={color}
      data-status={status}
      leftSection={<Box w={7} h={7} bg={`var(--mantine-color-${color}-6)`} style={{ borderRadius: 9 }} />}
    >
      {t(`status.${status}`)}
    </Badge>
  );
}
