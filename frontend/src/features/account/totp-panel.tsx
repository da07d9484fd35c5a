import { Badge, Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { authenticatorsQuery } from '@/features/account/account-queries';
import { TotpSetupForm } from '@/features/account/totp-setup-form';
import { confirmDanger } from '@/components/ui/confirm';
import { Dialog } from '@/components/ui/dialog';
import { Panel } from '@/components/ui/panel';
import { useAct } from '@/components/ui/use-write';
import { useNow } from '@/components/ui/use-now';
import { deactivateTotp, type Authenticator } from '@/lib/api/account';
import { formatDateTime, formatRelative } from '@/lib/format/dates';
import { useLanguage } from '@/lib/i18n/i18n';

function useDeactivate() {
  const { t } = useTranslation();
  const deactivate = useAct({
    run: deactivateTotp,
    refresh: [authenticatorsQuery.queryKey],
    done: t('totp.off'),
  });
  return () =>
    confirmDanger({
      title: t('totp.offTitle'),
      text: t('totp.offText'),
      confirm: t('totp.turnOff'),
      onConfirm: () => deactivate.mutate(undefined),
    });
}

function Active({ totp }: { totp: Authenticator }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const askOff = useDeactivate();
  return (
    <Group justify="space-between">
      <div>
        <Badge color="green">{t('totp.isOn')}</Badge>
        <Text size="sm" c="dimmed" mt={4}>
          {t('totp.since', { at: formatDateTime(totp.created_at, language) })}
          {totp.last_used_at &&
            ` · ${t('totp.used', { at: formatRelative(totp.last_used_at, language, now) })}`}
        </Text>
      </div>
      <Button variant="outline" color="red" onClick={askOff}>
        {t('totp.turnOff')}
      </Button>
    </Group>
  );
}

/** Codes from an authenticator app as a second step. */
export function TotpPanel({ totp }: { totp: Authenticator | null }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const close = () => setIsOpen(false);
  return (
    <Panel title={t('totp.title')} note={t('totp.note')}>
      {totp ? (
        <Active totp={totp} />
      ) : (
        <Group>
          <Button onClick={() => setIsOpen(true)}>{t('totp.setUp')}</Button>
        </Group>
      )}
      <Dialog title={t('totp.setUp')} isOpen={isOpen} onClose={close} isDismissible={false}>
        <TotpSetupForm onDone={close} />
      </Dialog>
    </Panel>
  );
}
