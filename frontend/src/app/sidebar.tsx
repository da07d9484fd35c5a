import { Box, Stack } from '@mantine/core';
import {
  IconChartBar,
  IconDatabase,
  IconFlame,
  IconKey,
  IconLayoutDashboard,
  IconMessageCircle,
  IconSettings,
} from '@tabler/icons-react';
import { useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { AccountMenu } from '@/app/account-menu';
import { ProjectMenu } from '@/app/project-menu';
import { LanguageSwitch } from '@/components/ui/language-switch';
import { LinkNav } from '@/components/ui/links';
import { Logo } from '@/components/ui/logo';

const PAGES = [
  { to: '/', name: 'overview', Icon: IconLayoutDashboard },
  { to: '/data', name: 'data', Icon: IconDatabase },
  { to: '/fine-tuning', name: 'finetuning', Icon: IconFlame },
  { to: '/playground', name: 'playground', Icon: IconMessageCircle },
  { to: '/keys', name: 'keys', Icon: IconKey },
  { to: '/usage', name: 'usage', Icon: IconChartBar },
  { to: '/settings', name: 'settings', Icon: IconSettings },
] as const;

export function Sidebar() {
  const { t } = useTranslation();
  const isFile = useLocation().pathname.startsWith('/files'); // below no page's own address
  return (
    <Stack h="100%" gap="md">
      <Box visibleFrom="sm" px={6} pt={4}>
        <Logo />
      </Box>
      <ProjectMenu />
      <Stack component="ul" gap={2} p={0} m={0} style={{ flex: 1, listStyle: 'none', overflowY: 'auto' }}>
        {PAGES.map(({ to, name, Icon }) => (
          <li key={to}>
            <LinkNav
              to={to}
              activeOptions={{ exact: to === '/' }}
              activeProps={{ active: true }}
              active={name === 'data' && isFile}
              label={t(`nav.${name}`)}
              leftSection={<Icon size={19} stroke={1.7} aria-hidden="true" />}
              style={{ borderRadius: 10 }}
              py={9}
            />
          </li>
        ))}
      </Stack>
      <LanguageSwitch fullWidth />
      <AccountMenu />
    </Stack>
  );
}
