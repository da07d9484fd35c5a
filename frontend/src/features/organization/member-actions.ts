import { useTranslation } from 'react-i18next';
import { confirmDanger } from '@/components/ui/confirm';
import { useRoleName } from '@/components/ui/names';
import { useAct } from '@/components/ui/use-write';
import type { Member, OrganizationRole } from '@/lib/api/admin-types';
import { request } from '@/lib/api/client';
import { useOrganizationScope } from '@/lib/project';
import { memberName, membersKey } from '@/lib/queries/members';
import { meQuery } from '@/lib/queries/session';

const path = (member: Member) => `/v1/organization/users/${member.id}`;

/** Change a member's role; remove one after asking. */
export function useMemberActions() {
  const { t } = useTranslation();
  const scope = useOrganizationScope();
  const roleName = useRoleName();
  const refresh = [membersKey(scope), meQuery.queryKey];
  const change = useAct({
    run: ({ member, role }: { member: Member; role: OrganizationRole }) =>
      request<Member>(path(member), { method: 'POST', scope, body: { role } }),
    refresh,
    done: t('members.roleChanged'),
  });
  const remove = useAct({
    run: (member: Member) => request(path(member), { method: 'DELETE', scope }),
    refresh,
    done: t('members.removed'),
  });
  const changeRole = (member: Member, role: OrganizationRole) => {
    if (role !== 'owner' && member.finery.role !== 'owner') return change.mutate({ member, role });
    return confirmDanger({
      title: t('members.ownerTitle', { name: memberName(member), role: roleName(role) }),
      text: t('members.ownerText'),
      confirm: t('members.changeRole'),
      onConfirm: () => change.mutate({ member, role }),
    });
  };
  const askRemove = (member: Member) =>
    confirmDanger({
      title: t('members.removeTitle', { name: memberName(member) }),
      text: t('members.removeText'),
      confirm: t('actions.remove'),
      onConfirm: () => remove.mutate(member),
    });
  return { changeRole, askRemove };
}
