import { Table, Text } from '@mantine/core';
import { IconUserMinus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { projectMembersQuery, projectPath } from '@/features/project/project-queries';
import { confirmDanger } from '@/components/ui/confirm';
import { PersonName } from '@/components/ui/person-name';
import { RoleCell } from '@/components/ui/role-cell';
import { RowAction, RowActions } from '@/components/ui/row-actions';
import { TableHead } from '@/components/ui/table-head';
import { TableScroll } from '@/components/ui/table-scroll';
import { useAct } from '@/components/ui/use-write';
import { When } from '@/components/ui/when';
import { ownsEveryProject, PROJECT_ROLES, type ProjectMember, type ProjectRole } from '@/lib/api/admin-types';
import { request } from '@/lib/api/client';
import { useCan } from '@/lib/permissions';
import { useScope } from '@/lib/project';
import { memberName } from '@/lib/queries/members';
import { meQuery } from '@/lib/queries/session';

function useMemberActions() {
  const { t } = useTranslation();
  const scope = useScope();
  const refresh = [projectMembersQuery(scope).queryKey, meQuery.queryKey];
  const change = useAct({
    run: ({ id, role }: { id: string; role: ProjectRole }) =>
      request(projectPath(scope, 'users', id), { method: 'POST', scope, body: { role } }),
    refresh,
    done: t('members.roleChanged'),
  });
  const remove = useAct({
    run: ({ id }: ProjectMember) => request(projectPath(scope, 'users', id), { method: 'DELETE', scope }),
    refresh,
    done: t('projectMembers.removed'),
  });
  const askRemove = (member: ProjectMember) =>
    confirmDanger({
      title: t('projectMembers.removeTitle', { name: memberName(member) }),
      text: t('projectMembers.removeText'),
      confirm: t('actions.remove'),
      onConfirm: () => remove.mutate(member),
    });
  return { changeRole: change.mutate, askRemove };
}

interface RowProps {
  member: ProjectMember;
  onRole: (role: ProjectRole) => void;
  onRemove: () => void;
}

function MemberRow({ member, onRole, onRemove }: RowProps) {
  const { t } = useTranslation();
  const isByOrganization = ownsEveryProject(member.finery?.role);
  const canWrite = useCan('project_user.write') && !isByOrganization;
  const name = memberName(member);
  return (
    <Table.Tr>
      <Table.Td>
        <PersonName person={member} />
      </Table.Td>
      <Table.Td>
        <RoleCell
          name={name}
          role={member.role}
          offered={PROJECT_ROLES}
          isEditable={canWrite}
          onChange={onRole}
        />
        {isByOrganization && (
          <Text size="xs" c="dimmed">
            {t('projectMembers.byOrganization')}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <When at={member.added_at} />
      </Table.Td>
      <Table.Td>
        {canWrite && (
          <RowActions>
            <RowAction
              label={t('actions.remove')}
              name={t('members.removeNamed', { name })}
              icon={<IconUserMinus size={17} aria-hidden="true" />}
              isDanger
              onClick={onRemove}
            />
          </RowActions>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

export function ProjectMembersTable({ members }: { members: ProjectMember[] }) {
  const { t } = useTranslation();
  const { changeRole, askRemove } = useMemberActions();
  return (
    <TableScroll label={t('settings.projectMembers')}>
      <TableHead columns={[t('members.member'), t('members.role'), t('members.since')]} />
      <Table.Tbody>
        {members.map((member) => (
          <MemberRow
            key={member.id}
            member={member}
            onRole={(role) => changeRole({ id: member.id, role })}
            onRemove={() => askRemove(member)}
          />
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}
