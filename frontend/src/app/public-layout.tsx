import { Box, Center, Group, Paper, Stack, Text } from '@mantine/core';
import { Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { LanguageSwitch } from '@/components/ui/language-switch';
import { Logo } from '@/components/ui/logo';

/** What visitors see: one card on a warm ground. */
export function PublicLayout() {
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
          <Outlet />
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
