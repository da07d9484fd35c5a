import { IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { MembersTable } from '@/features/organization/members-table';
import { CursorList } from '@/components/ui/cursor-list';
import { EmptyState } from '@/components/ui/empty-state';
import { Guard, ReadOnlyNote } from '@/components/ui/guard';
import { LinkButton } from '@/components/ui/links';
import { Page } from '@/components/ui/page';
import { Panel } from '@/components/ui/panel';
import { useCan } from '@/lib/permissions';
import { useOrganizationScope } from '@/lib/project';
import { membersQuery } from '@/lib/queries/members';

function Members() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(membersQuery(useOrganizationScope()));
  return (
    <Panel>
      <ReadOnlyNote action="user.write" />
      <CursorList
        list={list}
        empty={
          <EmptyState
            icon={<IconUsers aria-hidden="true" />}
            title={t('members.emptyTitle')}
            text={t('members.emptyText')}
          />
        }
      >
        {(members) => <MembersTable members={members} />}
      </CursorList>
    </Panel>
  );
}

export function MembersPage() {
  const { t } = useTranslation();
  const canInvite = useCan('invite.write');
  return (
    <Page
      title={t('settings.members')}
      description={t('members.description')}
      actions={
        canInvite && (
          <LinkButton to="/settings/invitations" leftSection={<IconUserPlus size={16} aria-hidden="true" />}>
            {t('invitations.invite')}
          </LinkButton>
        )
      }
    >
      <Guard action="user.read">
        <Members />
      </Guard>
    </Page>
  );
}
