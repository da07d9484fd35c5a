import { Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface StatProps {
  label: string;
  value: ReactNode;
  note?: ReactNode;
}

/** One figure with its name. */
export function Stat({ label, value, note }: StatProps) {
  return (
    <Paper withBorder radius="lg" p="md" bg="var(--finery-surface)">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fz={22} fw={650} mt={2} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {value}
      </Text>
      {note && (
        <Text size="xs" c="dimmed" mt={2} component="div">
          {note}
        </Text>
      )}
    </Paper>
  );
}
