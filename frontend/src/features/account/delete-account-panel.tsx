import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/ui/dialog';
import { ErrorNote } from '@/components/ui/error-note';
import { FormButtons } from '@/components/ui/form-buttons';
import { Panel } from '@/components/ui/panel';
import { useWrite } from '@/components/ui/use-write';
import { request } from '@/lib/api/client';
import { useMe } from '@/lib/queries/session';

function DeleteForm({ onCancel }: { onCancel: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const [typed, setTyped] = useState('');
  const erase = useWrite({
    run: () => request('/api/me', { method: 'DELETE' }),
    onDone: () => window.location.assign('/login'),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        erase.mutate(undefined);
      }}
    >
      <Stack>
        {erase.error && <ErrorNote error={erase.error} />}
        <Text size="sm">{t('deleteAccount.text')}</Text>
        <TextInput
          label={t('deleteAccount.type', { email: me.user.email })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        <FormButtons
          submit={t('deleteAccount.confirm')}
          isPending={erase.isPending}
          isDisabled={typed.trim().toLowerCase() !== me.user.email.toLowerCase()}
          isDanger
          onCancel={onCancel}
        />
      </Stack>
    </form>
  );
}

export function DeleteAccountPanel() {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const close = () => setIsOpen(false);
  return (
    <Panel title={t('deleteAccount.title')} note={t('deleteAccount.text')}>
      <Group>
        <Button color="red" onClick={() => setIsOpen(true)}>
          {t('deleteAccount.open')}
        </Button>
      </Group>
      <Dialog title={t('deleteAccount.title')} isOpen={isOpen} onClose={close}>
        <DeleteForm onCancel={close} />
      </Dialog>
    </Panel>
  );
}
