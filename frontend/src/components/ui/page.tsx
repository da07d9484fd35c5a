import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

interface PageProps {
  title: string;
  description?: ReactNode;
  badge?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page's frame: its one h1, what it is for, and its main actions. */
export function Page({ title, description, badge, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Finery`;
  }, [title]);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="md">
        <Box miw={0} style={{ flex: '1 1 320px' }}>
          <Group gap="sm">
            <Title order={1} style={{ overflowWrap: 'anywhere', letterSpacing: '-0.015em' }}>
              {title}
            </Title>
            {badge}
          </Group>
          {description && (
            <Text c="dimmed" mt={6} component="div">
              {description}
            </Text>
          )}
        </Box>
        {actions && <Group gap="sm">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
