import { Badge, Group, Select, Table, Text } from '@mantine/core';
import { IconUserMinus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMemberActions } from '@/features/organization/member-actions';
import { useRoleName } from '@/components/ui/names';
import { RowAction, RowActions } from '@/components/ui/row-actions';
import { TableScroll } from '@/components/ui/table-scroll';
import { When } from '@/components/ui/when';
import { ORGANIZATION_ROLES, type Member, type OrganizationRole } from '@/lib/api/admin-types';
import { useCan } from '@/lib/permissions';
import { useCurrentPlace } from '@/lib/project';
import { memberName } from '@/lib/queries/members';

interface RoleCellProps {
  member: Member;
  isEditable: boolean;
  onChange: (role: OrganizationRole) => void;
}

function RoleCell({ member, isEditable, onChange }: RoleCellProps) {
  const { t } = useTranslation();
  const roleName = useRoleName();
  const mayName = useCan('owner.write');
  const { role } = member.finery;
  if (!isEditable) return roleName(role);
  const offered = ORGANIZATION_ROLES.filter((each) => mayName || each !== 'owner');
  return (
    <Select
      size="sm"
      w={170}
      aria-label={t('members.roleOf', { name: memberName(member) })}
      data={offered.map((value) => ({ value, label: roleName(value) }))}
      value={role}
      allowDeselect={false}
      onChange={(value) => value && value !== role && onChange(value as OrganizationRole)}
    />
  );
}

interface MemberRowProps {
  member: Member;
  onRole: (role: OrganizationRole) => void;
  onRemove: () => void;
}

function MemberRow({ member, onRole, onRemove }: MemberRowProps) {
  const { t } = useTranslation();
  const { me } = useCurrentPlace();
  const canWrite = useCan('user.write');
  const canWriteOwner = useCan('owner.write');
  const isEditable = member.finery.role === 'owner' ? canWriteOwner : canWrite;
  const isSelf = member.id === me.user.id;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={6}>
          <Text fw={600} size="sm" style={{ overflowWrap: 'anywhere' }}>
            {memberName(member)}
          </Text>
          {isSelf && <Badge color="gray">{t('members.you')}</Badge>}
        </Group>
        {member.name && member.email && (
          <Text size="xs" c="dimmed">
            {member.email}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <RoleCell member={member} isEditable={isEditable} onChange={onRole} />
      </Table.Td>
      <Table.Td>
        <When at={member.added_at} />
      </Table.Td>
      <Table.Td>
        {isEditable && !isSelf && (
          <RowActions>
            <RowAction
              label={t('actions.remove')}
              name={t('members.removeNamed', { name: memberName(member) })}
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

export function MembersTable({ members }: { members: Member[] }) {
  const { t } = useTranslation();
  const { changeRole, askRemove } = useMemberActions();
  return (
    <TableScroll label={t('settings.members')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('members.member')}</Table.Th>
          <Table.Th>{t('members.role')}</Table.Th>
          <Table.Th>{t('members.since')}</Table.Th>
          <Table.Th aria-label={t('columns.actions')} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {members.map((member) => (
          <MemberRow
            key={member.id}
            member={member}
            onRole={(role) => changeRole(member, role)}
            onRemove={() => askRemove(member)}
          />
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}
