import { Stack, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

interface AuthCardProps {
  title: string;
  text?: ReactNode;
  children: ReactNode;
}

export function AuthCard({ title, text, children }: AuthCardProps) {
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
