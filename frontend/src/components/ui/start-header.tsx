import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageSwitch } from '@/components/ui/language-switch';
import { Logo } from '@/components/ui/logo';
import { useLogOut } from '@/components/ui/use-log-out';

/** The top of the pages for those who are signed in and in no organization yet. */
export function StartHeader({ children }: { children?: ReactNode }) {
  const { t } = useTranslation();
  const leave = useLogOut();
  return (
    <Group component="header" justify="space-between" p="lg">
      <Logo />
      <Group gap="xs">
        <LanguageSwitch />
        {children}
        <Button variant="subtle" size="compact-sm" onClick={() => leave.mutate()}>
          {t('account.logOut')}
        </Button>
      </Group>
    </Group>
  );
}
