import { Group, Text } from '@mantine/core';
import type { ComponentProps, ReactNode } from 'react';
import { Ago } from '@/components/ui/ago';
import { StatusBadge } from '@/components/ui/status-badge';

interface RecentRowProps {
  status: ComponentProps<typeof StatusBadge>['status'];
  at: number;
  children: ReactNode;
}

export function RecentRow({ status, at, children }: RecentRowProps) {
  return (
    <Group justify="space-between" wrap="nowrap" py={7}>
      <Text component="div" truncate flex={1} miw={0}>
        {children}
      </Text>
      <Text size="sm" c="dimmed" style={{ flexShrink: 0 }}>
        <Ago at={at} />
      </Text>
      <StatusBadge status={status} />
    </Group>
  );
}
