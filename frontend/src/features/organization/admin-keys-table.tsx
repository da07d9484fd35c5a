import { Code, Table, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Ago } from '@/components/ui/ago';
import { adminKeysKey } from '@/features/organization/organization-queries';
import { confirmDanger } from '@/components/ui/confirm';
import { RowAction, RowActions } from '@/components/ui/row-actions';
import { TableHead } from '@/components/ui/table-head';
import { TableScroll } from '@/components/ui/table-scroll';
import { useAct } from '@/components/ui/use-write';
import { When } from '@/components/ui/when';
import type { AdminKey } from '@/lib/api/admin-types';
import { request } from '@/lib/api/client';
import { useCan } from '@/lib/permissions';
import { useOrganizationScope } from '@/lib/project';
import { memberName, membersQuery } from '@/lib/queries/members';

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
      onConfirm: () => revoke.mutate(key),
    });
}

interface AdminKeyRowProps {
  adminKey: AdminKey;
  ownerName: string;
  onRevoke: () => void;
}

function AdminKeyRow({ adminKey, ownerName, onRevoke }: AdminKeyRowProps) {
  const { t } = useTranslation();
  const canWrite = useCan('admin_key.write');
  const { expires_at, last_used_at } = adminKey;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600}>
          {nameOf(adminKey)}
        </Text>
        <Code style={{ whiteSpace: 'nowrap' }}>{adminKey.redacted_value}</Code>
      </Table.Td>
      <Table.Td>{ownerName}</Table.Td>
      <Table.Td>{expires_at ? <When at={expires_at} /> : t('keys.expiryNever')}</Table.Td>
      <Table.Td>{last_used_at ? <Ago at={last_used_at} /> : t('keys.never')}</Table.Td>
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
  const { data: members } = useInfiniteQuery(membersQuery(useOrganizationScope()));
  const ownerName = ({ owner }: AdminKey) => memberName(members?.find(({ id }) => id === owner.id) ?? owner);
  return (
    <TableScroll label={t('settings.adminKeys')} minWidth={600}>
      <TableHead columns={[t('keys.key'), t('keys.owner'), t('columns.expires'), t('keys.lastUsed')]} />
      <Table.Tbody>
        {keys.map((key) => (
          <AdminKeyRow
            key={key.id}
            adminKey={key}
            ownerName={ownerName(key)}
            onRevoke={() => askRevoke(key)}
          />
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}
