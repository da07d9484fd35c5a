import { Avatar, Box, Group, Menu, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconChevronUp, IconLogout, IconTool, IconUserCircle } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { SchemeSwitch } from '@/components/ui/scheme-switch';
import { useLogOut } from '@/components/ui/use-log-out';
import { useCurrentPlace } from '@/lib/project';

export function AccountMenu() {
  const { t } = useTranslation();
  const { me } = useCurrentPlace();
  const router = useRouter();
  const leave = useLogOut();
  return (
    <Menu position="top-start" width="target">
      <Menu.Target>
        <UnstyledButton p={6} style={{ borderRadius: 10 }}>
          <Group wrap="nowrap" gap="sm">
            <Avatar size={32} radius="xl" color="ember" aria-hidden="true">
              {(me.user.name || me.user.email).slice(0, 1).toUpperCase()}
            </Avatar>
            <VisuallyHidden>{t('account.menu')}</VisuallyHidden>
            <Text size="sm" truncate style={{ flex: 1 }}>
              {me.user.name || me.user.email}
            </Text>
            <IconChevronUp size={16} aria-hidden="true" />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('account.scheme')}</Menu.Label>
        <Box px={8} pb={6}>
          <SchemeSwitch fullWidth />
        </Box>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconUserCircle size={16} aria-hidden="true" />}
          onClick={() => void router.navigate({ to: '/settings/profile' })}
        >
          {t('account.settings')}
        </Menu.Item>
        {me.user.is_staff && (
          <Menu.Item component="a" href="/staff/" leftSection={<IconTool size={16} aria-hidden="true" />}>
            {t('account.staff')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden="true" />} onClick={() => leave.mutate()}>
          {t('account.logOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
