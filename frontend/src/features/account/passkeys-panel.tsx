import { Button, Group, Table, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ago } from '@/components/ui/ago';
import { authenticatorsQuery } from '@/features/account/account-queries';
import { confirmDanger } from '@/components/ui/confirm';
import { Dialog } from '@/components/ui/dialog';
import { NameForm } from '@/components/ui/name-form';
import { Panel } from '@/components/ui/panel';
import { RowAction, RowActions } from '@/components/ui/row-actions';
import { TableHead } from '@/components/ui/table-head';
import { TableScroll } from '@/components/ui/table-scroll';
import { useAct, useWrite } from '@/components/ui/use-write';
import { When } from '@/components/ui/when';
import { addPasskey, beginPasskey, removePasskey, type Authenticator } from '@/lib/api/account';
import { arePasskeysSupported, isPasskeyDismissed, makePasskey } from '@/lib/passkeys';

function AddPasskeyForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const add = useWrite({
    run: async (name: string) => addPasskey(name, await makePasskey(await beginPasskey())),
    refresh: [authenticatorsQuery.queryKey],
    done: t('passkeys.added'),
    onDone,
  });
  return (
    <NameForm
      label={t('passkeys.name')}
      hint={t('passkeys.nameHint')}
      submit={t('passkeys.addNow')}
      error={isPasskeyDismissed(add.error) ? null : add.error}
      isPending={add.isPending}
      onSubmit={(name) => add.mutate(name)}
      onCancel={onDone}
    />
  );
}

function PasskeyRow({ passkey, onRemove }: { passkey: Authenticator; onRemove: () => void }) {
  const { t } = useTranslation();
  const name = passkey.name ?? '';
  return (
    <Table.Tr>
      <Table.Td fw={600}>{name}</Table.Td>
      <Table.Td>
        <When at={passkey.created_at} />
      </Table.Td>
      <Table.Td>{passkey.last_used_at ? <Ago at={passkey.last_used_at} /> : t('keys.never')}</Table.Td>
      <Table.Td>
        <RowActions>
          <RowAction
            label={t('actions.remove')}
            name={t('members.removeNamed', { name })}
            icon={<IconTrash size={17} aria-hidden="true" />}
            isDanger
            onClick={onRemove}
          />
        </RowActions>
      </Table.Td>
    </Table.Tr>
  );
}

function PasskeysTable({ passkeys }: { passkeys: Authenticator[] }) {
  const { t } = useTranslation();
  const remove = useAct({
    run: (id: number) => removePasskey(id),
    refresh: [authenticatorsQuery.queryKey],
    done: t('passkeys.removed'),
  });
  const askRemove = ({ id, name = '' }: Authenticator) =>
    confirmDanger({
      title: t('passkeys.removeTitle', { name }),
      text: t('passkeys.removeText'),
      confirm: t('actions.remove'),
      onConfirm: () => id !== undefined && remove.mutate(id),
    });
  return (
    <TableScroll label={t('passkeys.title')}>
      <TableHead columns={[t('keys.name'), t('columns.created'), t('keys.lastUsed')]} />
      <Table.Tbody>
        {passkeys.map((passkey) => (
          <PasskeyRow key={passkey.id} passkey={passkey} onRemove={() => askRemove(passkey)} />
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}

/** Sign in by fingerprint, face or security key. */
export function PasskeysPanel({ passkeys }: { passkeys: Authenticator[] }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const close = () => setIsOpen(false);
  return (
    <Panel title={t('passkeys.title')} note={t('passkeys.note')}>
      {passkeys.length > 0 ? (
        <PasskeysTable passkeys={passkeys} />
      ) : (
        <Text size="sm">{t('passkeys.none')}</Text>
      )}
      {arePasskeysSupported() ? (
        <Group>
          <Button variant="default" onClick={() => setIsOpen(true)}>
            {t('passkeys.add')}
          </Button>
        </Group>
      ) : (
        <Text size="sm" c="dimmed">
          {t('passkeys.unsupported')}
        </Text>
      )}
      <Dialog title={t('passkeys.add')} isOpen={isOpen} onClose={close}>
        <AddPasskeyForm onDone={close} />
      </Dialog>
    </Panel>
  );
}
