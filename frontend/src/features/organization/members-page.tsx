import { IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { InviteForm } from '@/features/organization/invite-form';
import { MembersTable } from '@/features/organization/members-table';
import { CursorList } from '@/components/ui/cursor-list';
import { DialogButton } from '@/components/ui/dialog-button';
import { EmptyState } from '@/components/ui/empty-state';
import { Guard, ReadOnlyNote } from '@/components/ui/guard';
import { Page } from '@/components/ui/page';
import { Panel } from '@/components/ui/panel';
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
  return (
    <Page
      title={t('settings.members')}
      description={t('members.description')}
      actions={
        <DialogButton
          action="invite.write"
          icon={<IconUserPlus size={16} aria-hidden="true" />}
          title={t('invitations.invite')}
        >
          {(close) => <InviteForm onDone={close} />}
        </DialogButton>
      }
    >
      <Guard action="user.read">
        <Members />
      </Guard>
    </Page>
  );
}
