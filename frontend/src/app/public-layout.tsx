import { Box, Center, Group, Paper, Stack, Text } from '@mantine/core';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageSwitch } from '@/components/ui/language-switch';
import { Logo } from '@/components/ui/logo';

/** What visitors see: one card on a warm ground, with the page in it. */
export function PublicLayout({ children = <Outlet /> }: { children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Box
      mih="100vh"
      style={{
        display: 'grid',
        gridTemplateRows: 'auto 1fr auto',
        background:
          'radial-gradient(900px 420px at 50% -80px, var(--mantine-color-ember-light), transparent)',
      }}
    >
      <Group component="header" justify="space-between" p="lg">
        <Logo />
        <LanguageSwitch />
      </Group>
      <Center component="main" px="md" py="xl">
        <Paper
          withBorder
          shadow="sm"
          radius="lg"
          p={{ base: 'lg', xs: 32 }}
          w="100%"
          maw={440}
          bg="var(--finery-surface)"
        >
          {children}
        </Paper>
      </Center>
      <Stack component="footer" align="center" p="lg">
        <Text size="sm" c="dimmed" ta="center">
          {t('tagline')}
        </Text>
      </Stack>
    </Box>
  );
}
