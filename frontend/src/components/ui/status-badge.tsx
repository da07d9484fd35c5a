import { Badge, Box } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FileStatus, JobStatus } from '@/lib/api/types';
import type { outcomeOf } from '@/lib/queries/jobs';

type Status = JobStatus | FileStatus | ReturnType<typeof outcomeOf>;

const COLORS: Record<Status, string> = {
  uploaded: 'blue',
  processed: 'green',
  error: 'red',
  validating_files: 'blue',
  queued: 'gray',
  running: 'ember',
  paused: 'yellow',
  succeeded: 'green',
  no_better: 'yellow',
  worse: 'orange',
  failed: 'red',
  cancelled: 'gray',
};

export function StatusBadge({ status }: { status: Status }) {
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
