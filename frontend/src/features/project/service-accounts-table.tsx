import { Table, Text } from '@mantine/core';
import { IconKey, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { projectPath, serviceAccountsQuery } from '@/features/project/project-queries';
import { ServiceAccountKeyForm } from '@/features/project/service-account-form';
import { confirmDanger } from '@/components/ui/confirm';
import { Dialog } from '@/components/ui/dialog';
import { RoleCell } from '@/components/ui/role-cell';
import { RowAction, RowActions } from '@/components/ui/row-actions';
import { TableHead } from '@/components/ui/table-head';
import { TableScroll } from '@/components/ui/table-scroll';
import { useAct } from '@/components/ui/use-write';
import { When } from '@/components/ui/when';
import { PROJECT_ROLES, type ProjectRole, type ServiceAccount } from '@/lib/api/admin-types';
import { request } from '@/lib/api/client';
import { useCan } from '@/lib/permissions';
import { useScope } from '@/lib/project';

function useAccountActions() {
  const { t } = useTranslation();
  const scope = useScope();
  const refresh = [serviceAccountsQuery(scope).queryKey];
  const change = useAct({
    run: ({ id, role }: { id: string; role: ProjectRole }) =>
      request(projectPath(scope, 'service_accounts', id), { method: 'POST', scope, body: { role } }),
    refresh,
    done: t('members.roleChanged'),
  });
  const remove = useAct({
    run: ({ id }: ServiceAccount) =>
      request(projectPath(scope, 'service_accounts', id), { method: 'DELETE', scope }),
    refresh,
    done: t('serviceAccounts.deleted'),
  });
  const askDelete = (account: ServiceAccount) =>
    confirmDanger({
      title: t('serviceAccounts.deleteTitle', { name: account.name }),
      text: t('serviceAccounts.deleteText'),
      confirm: t('actions.delete'),
      onConfirm: () => remove.mutate(account),
    });
  return { changeRole: change.mutate, askDelete };
}

interface RowProps {
  account: ServiceAccount;
  onRole: (role: ProjectRole) => void;
  onNewKey: () => void;
  onDelete: () => void;
}

function AccountRow({ account, onRole, onNewKey, onDelete }: RowProps) {
  const { t } = useTranslation();
  const canWrite = useCan('service_account.write');
  const { id, name, role, created_at } = account;
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={600} size="sm">
          {name}
        </Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {id}
        </Text>
      </Table.Td>
      <Table.Td>
        <RoleCell name={name} role={role} offered={PROJECT_ROLES} isEditable={canWrite} onChange={onRole} />
      </Table.Td>
      <Table.Td>
        <When at={created_at} />
      </Table.Td>
      <Table.Td>
        {canWrite && (
          <RowActions>
            <RowAction
              label={t('serviceAccounts.newKey')}
              name={t('serviceAccounts.newKeyFor', { name })}
              icon={<IconKey size={17} aria-hidden="true" />}
              onClick={onNewKey}
            />
            <RowAction
              label={t('actions.delete')}
              name={t('files.deleteNamed', { name })}
              icon={<IconTrash size={17} aria-hidden="true" />}
              isDanger
              onClick={onDelete}
            />
          </RowActions>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

export function ServiceAccountsTable({ accounts }: { accounts: ServiceAccount[] }) {
  const { t } = useTranslation();
  const { changeRole, askDelete } = useAccountActions();
  const [withNewKey, setWithNewKey] = useState<ServiceAccount | null>(null);
  const close = () => setWithNewKey(null);
  return (
    <>
      <TableScroll label={t('settings.serviceAccounts')} minWidth={640}>
        <TableHead columns={[t('keys.name'), t('members.role'), t('columns.created')]} />
        <Table.Tbody>
          {accounts.map((account) => (
            <AccountRow
              key={account.id}
              account={account}
              onRole={(role) => changeRole({ id: account.id, role })}
              onNewKey={() => setWithNewKey(account)}
              onDelete={() => askDelete(account)}
            />
          ))}
        </Table.Tbody>
      </TableScroll>
      <Dialog
        title={t('serviceAccounts.newKey')}
        isOpen={withNewKey !== null}
        onClose={close}
        isDismissible={false}
      >
        {withNewKey && <ServiceAccountKeyForm account={withNewKey} onDone={close} />}
      </Dialog>
    </>
  );
}
