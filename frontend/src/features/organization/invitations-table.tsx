import { Badge, Table } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { invitationsKey } from '@/features/organization/organization-queries';
import { confirmDanger } from '@/components/ui/confirm';
import { useRoleName } from '@/components/ui/names';
import { RowAction, RowActions } from '@/components/ui/row-actions';
import { TableHead } from '@/components/ui/table-head';
import { TableScroll } from '@/components/ui/table-scroll';
import { useAct } from '@/components/ui/use-write';
import { When } from '@/components/ui/when';
import type { Invitation } from '@/lib/api/admin-types';
import { request } from '@/lib/api/client';
import { useCan } from '@/lib/permissions';
import { useCurrentPlace, useOrganizationScope } from '@/lib/project';

const COLORS = { pending: 'blue', accepted: 'green', expired: 'gray' } as const;

function useRevoke() {
  const { t } = useTranslation();
  const scope = useOrganizationScope();
  const revoke = useAct({
    run: ({ id }: Invitation) => request(`/v1/organization/invites/${id}`, { method: 'DELETE', scope }),
    refresh: [invitationsKey(scope)],
    done: t('invitations.revoked'),
  });
  return (invitation: Invitation) =>
    confirmDanger({
      title: t('invitations.revokeTitle', { email: invitation.email }),
      text: t('invitations.revokeText'),
      confirm: t('invitations.revoke'),
      onConfirm: () => revoke.mutate(invitation),
    });
}

function ProjectsCell({ invitation }: { invitation: Invitation }) {
  const { organization } = useCurrentPlace();
  const roleName = useRoleName();
  if (invitation.projects.length === 0) return '–';
  return invitation.projects
    .map(({ id, role }) => {
      const name = organization.projects.find((project) => project.id === id)?.name ?? id;
      return `${name} (${roleName(role)})`;
    })
    .join(', ');
}

interface RowProps {
  invitation: Invitation;
  onRevoke: () => void;
}

function InvitationRow({ invitation, onRevoke }: RowProps) {
  const { t } = useTranslation();
  const roleName = useRoleName();
  const canRevoke = useCan('invite.write') && invitation.status === 'pending';
  const { email, status, finery, expires_at } = invitation;
  return (
    <Table.Tr>
      <Table.Td fw={600}>{email}</Table.Td>
      <Table.Td>
        <Badge color={COLORS[status]}>{t(`invitations.status.${status}`)}</Badge>
      </Table.Td>
      <Table.Td>{roleName(finery.role)}</Table.Td>
      <Table.Td>
        <ProjectsCell invitation={invitation} />
      </Table.Td>
      <Table.Td>{expires_at ? <When at={expires_at} /> : '–'}</Table.Td>
      <Table.Td>
        {canRevoke && (
          <RowActions>
            <RowAction
              label={t('invitations.revoke')}
              name={t('invitations.revokeNamed', { email })}
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

export function InvitationsTable({ invitations }: { invitations: Invitation[] }) {
  const { t } = useTranslation();
  const askRevoke = useRevoke();
  return (
    <TableScroll label={t('settings.invitations')} minWidth={720}>
      <TableHead
        columns={[
          t('auth.email'),
          t('columns.status'),
          t('members.role'),
          t('settings.projects'),
          t('columns.expires'),
        ]}
      />
      <Table.Tbody>
        {invitations.map((invitation) => (
          <InvitationRow key={invitation.id} invitation={invitation} onRevoke={() => askRevoke(invitation)} />
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}
