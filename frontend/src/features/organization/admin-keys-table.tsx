import { Code, Table } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { adminKeysKey } from '@/features/organization/organization-queries';
import { confirmDanger } from '@/components/ui/confirm';
import { RowAction, RowActions } from '@/components/ui/row-actions';
import { TableScroll } from '@/components/ui/table-scroll';
import { useAct } from '@/components/ui/use-write';
import type { AdminKey } from '@/lib/api/admin-types';
import { request } from '@/lib/api/client';
import { formatDateTime, formatRelative } from '@/lib/format/dates';
import { useLanguage } from '@/lib/i18n/i18n';
import { useCan } from '@/lib/permissions';
import { useOrganizationScope } from '@/lib/project';

const nameOf = (key: AdminKey) => key.name || key.redacted_value;

function useRevoke() {
  const { t } = useTranslation();
  const scope = useOrganizationScope();
  const revoke = useAct({
    run: ({ id }: AdminKey) => request(`/v1/organization/admin_api_keys/${id}`, { method: 'DELETE', scope }),
    refresh: [adminKeysKey(scope)],
    done: t('keys.revoked'),
  });
  return (key: AdminKey) =>
    confirmDanger({
      title: t('keys.revokeTitle', { name: nameOf(key) }),
      text: t('keys.revokeText'),
      confirm: t('keys.revoke'),
      cancel: t('actions.cancel'),
      onConfirm: () => revoke.mutate(key),
    });
}

function AdminKeyRow({ adminKey, onRevoke }: { adminKey: AdminKey; onRevoke: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const canWrite = useCan('admin_key.write');
  const { owner, expires_at, last_used_at } = adminKey;
  return (
    <Table.Tr>
      <Table.Td fw={600}>{nameOf(adminKey)}</Table.Td>
      <Table.Td>
        <Code>{adminKey.redacted_value}</Code>
      </Table.Td>
      <Table.Td>{owner.name || owner.id}</Table.Td>
      <Table.Td>{expires_at ? formatDateTime(expires_at, language) : t('keys.expiryNever')}</Table.Td>
      <Table.Td>{last_used_at ? formatRelative(last_used_at, language) : t('keys.never')}</Table.Td>
      <Table.Td>
        {canWrite && (
          <RowActions>
            <RowAction
              label={t('keys.revoke')}
              name={t('keys.revokeNamed', { name: nameOf(adminKey) })}
              icon={<IconTrash size={17} aria-hidden="true" />}
              isDanger
              onClick={onRevoke}
            />
          </RowActions>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

export function AdminKeysTable({ keys }: { keys: AdminKey[] }) {
  const { t } = useTranslation();
  const askRevoke = useRevoke();
  return (
    <TableScroll label={t('settings.adminKeys')} minWidth={720}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('keys.name')}</Table.Th>
          <Table.Th>{t('keys.key')}</Table.Th>
          <Table.Th>{t('keys.owner')}</Table.Th>
          <Table.Th>{t('columns.expires')}</Table.Th>
          <Table.Th>{t('keys.lastUsed')}</Table.Th>
          <Table.Th aria-label={t('columns.actions')} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {keys.map((key) => (
          <AdminKeyRow key={key.id} adminKey={key} onRevoke={() => askRevoke(key)} />
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}
