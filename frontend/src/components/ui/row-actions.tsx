import { ActionIcon, Group, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

interface RowActionProps {
  /** What the tooltip says; `name` says of what. */
  label: string;
  name: string;
  icon: ReactNode;
  isDanger?: boolean;
  onClick: () => void;
}

export function RowAction({ label, name, icon, isDanger = false, onClick }: RowActionProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color={isDanger ? 'red' : 'gray'} aria-label={name} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

export function RowActions({ children }: { children: ReactNode }) {
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      {children}
    </Group>
  );
}
