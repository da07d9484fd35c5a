import { Badge, Table } from '@mantine/core';
import { IconUserMinus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMemberActions } from '@/features/organization/member-actions';
import { PersonName } from '@/components/ui/person-name';
import { RoleCell } from '@/components/ui/role-cell';
import { RowAction, RowActions } from '@/components/ui/row-actions';
import { TableHead } from '@/components/ui/table-head';
import { TableScroll } from '@/components/ui/table-scroll';
import { When } from '@/components/ui/when';
import { ORGANIZATION_ROLES, type Member, type OrganizationRole } from '@/lib/api/admin-types';
import { useCan } from '@/lib/permissions';
import { useCurrentPlace } from '@/lib/project';
import { memberName } from '@/lib/queries/members';

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
  const { role } = member.finery;
  const isEditable = role === 'owner' ? canWriteOwner : canWrite;
  const isSelf = member.id === me.user.id;
  return (
    <Table.Tr>
      <Table.Td>
        <PersonName person={member} badge={isSelf && <Badge color="gray">{t('members.you')}</Badge>} />
      </Table.Td>
      <Table.Td>
        <RoleCell
          name={memberName(member)}
          role={role}
          offered={ORGANIZATION_ROLES.filter((each) => canWriteOwner || each !== 'owner')}
          isEditable={isEditable}
          onChange={onRole}
        />
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
      <TableHead columns={[t('members.member'), t('members.role'), t('members.since')]} />
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
