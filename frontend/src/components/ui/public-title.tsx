import { Stack, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

interface PublicTitleProps {
  title: string;
  text?: ReactNode;
  children: ReactNode;
}

/** The title of a page that visitors see; its content follows. */
export function PublicTitle({ title, text, children }: PublicTitleProps) {
  useEffect(() => {
    document.title = `${title} · Finery`;
  }, [title]);
  return (
    <Stack gap="lg">
      <div>
        <Title order={1} fz={24} style={{ letterSpacing: '-0.015em' }}>
          {title}
        </Title>
        {text && (
          <Text c="dimmed" mt={6}>
            {text}
          </Text>
        )}
      </div>
      {children}
    </Stack>
  );
}
