import { IconMail, IconUserPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { InvitationsTable } from '@/features/organization/invitations-table';
import { InviteForm } from '@/features/organization/invite-form';
import { invitationsQuery } from '@/features/organization/organization-queries';
import { CursorList } from '@/components/ui/cursor-list';
import { DialogButton } from '@/components/ui/dialog-button';
import { EmptyState } from '@/components/ui/empty-state';
import { Guard } from '@/components/ui/guard';
import { Page } from '@/components/ui/page';
import { Panel } from '@/components/ui/panel';
import { useOrganizationScope } from '@/lib/project';

function Invitations() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(invitationsQuery(useOrganizationScope()));
  return (
    <Panel>
      <CursorList
        list={list}
        empty={
          <EmptyState
            icon={<IconMail aria-hidden="true" />}
            title={t('invitations.emptyTitle')}
            text={t('invitations.emptyText')}
          />
        }
      >
        {(invitations) => <InvitationsTable invitations={invitations} />}
      </CursorList>
    </Panel>
  );
}

export function InvitationsPage() {
  const { t } = useTranslation();
  return (
    <Page
      title={t('settings.invitations')}
      description={t('invitations.description')}
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
      <Guard action="invite.read">
        <Invitations />
      </Guard>
    </Page>
  );
}
