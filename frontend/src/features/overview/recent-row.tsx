import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { StatusBadge } from '@/components/ui/status-badge';
import type { FileStatus, JobStatus } from '@/lib/api/types';
import { formatRelative } from '@/lib/format/dates';
import { useLanguage } from '@/lib/i18n/i18n';

interface RecentRowProps {
  status: JobStatus | FileStatus;
  at: number;
  children: ReactNode;
}

export function RecentRow({ status, at, children }: RecentRowProps) {
  const language = useLanguage();
  return (
    <Group justify="space-between" wrap="nowrap" py={7}>
      <div style={{ minWidth: 0, flex: 1 }}>{children}</div>
      <Text size="sm" c="dimmed" style={{ flexShrink: 0 }}>
        {formatRelative(at, language)}
      </Text>
      <StatusBadge status={status} />
    </Group>
  );
}
