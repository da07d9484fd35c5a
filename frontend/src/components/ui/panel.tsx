import { Box, Group, Paper, Stack, Text, Title, type PaperProps } from '@mantine/core';
import type { ReactNode } from 'react';

interface PanelProps extends PaperProps {
  title?: string;
  note?: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** A titled card: the one surface that pages are made of. */
export function Panel({ title, note, actions, children, ...paper }: PanelProps) {
  return (
    <Paper withBorder radius="lg" p="lg" bg="var(--finery-surface)" {...paper}>
      <Stack gap="md">
        {(title || actions) && (
          <Group justify="space-between" align="flex-start">
            <Box flex="1 1 200px">
              {title && <Title order={2}>{title}</Title>}
              {note && (
                <Text c="dimmed" size="sm" mt={4}>
                  {note}
                </Text>
              )}
            </Box>
            {actions}
          </Group>
        )}
        {children}
      </Stack>
    </Paper>
  );
}
