import { Alert, Button, Group, Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useAct } from '@/components/ui/use-write';
import { request } from '@/lib/api/client';
import { formatClock } from '@/lib/format/dates';
import { useLanguage } from '@/lib/i18n/i18n';
import { useCurrentPlace } from '@/lib/project';

/** Stays in sight while a member of staff looks on as somebody. */
export function ImpersonationBanner() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { me } = useCurrentPlace();
  const end = useAct({
    run: () => request('/api/impersonation/end', { method: 'POST' }),
    onDone: () => window.location.assign('/'),
  });
  if (!me.impersonation) return null;
  return (
    <Alert
      color="yellow"
      variant="filled"
      role="status"
      icon={<IconEye aria-hidden="true" />}
      mb="lg"
      pos="sticky"
      top={{ base: 64, sm: 12 }}
      style={{ zIndex: 150 }}
    >
      <Group justify="space-between">
        <Text size="sm" fw={600} c="white">
          {t('impersonation.text', {
            email: me.user.email,
            until: formatClock(me.impersonation.expires_at, language),
          })}
        </Text>
        <Button
          size="compact-sm"
          variant="white"
          color="dark"
          onClick={() => end.mutate()}
          loading={end.isPending}
        >
          {t('impersonation.end')}
        </Button>
      </Group>
    </Alert>
  );
}
