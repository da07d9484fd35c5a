import { IconPlus, IconRobot } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ProjectFrame } from '@/features/project/project-frame';
import { serviceAccountsQuery } from '@/features/project/project-queries';
import { NewServiceAccountForm } from '@/features/project/service-account-form';
import { ServiceAccountsTable } from '@/features/project/service-accounts-table';
import { CursorList } from '@/components/ui/cursor-list';
import { DialogButton } from '@/components/ui/dialog-button';
import { EmptyState } from '@/components/ui/empty-state';
import { Panel } from '@/components/ui/panel';
import { useScope } from '@/lib/project';

function Accounts() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(serviceAccountsQuery(useScope()));
  return (
    <Panel>
      <CursorList
        list={list}
        empty={
          <EmptyState
            icon={<IconRobot aria-hidden="true" />}
            title={t('serviceAccounts.emptyTitle')}
            text={t('serviceAccounts.emptyText')}
          />
        }
      >
        {(accounts) => <ServiceAccountsTable accounts={accounts} />}
      </CursorList>
    </Panel>
  );
}

export function ServiceAccountsPage() {
  const { t } = useTranslation();
  return (
    <ProjectFrame
      title={t('settings.serviceAccounts')}
      description={t('serviceAccounts.description')}
      action="service_account.read"
      actions={
        <DialogButton
          action="service_account.write"
          icon={<IconPlus size={16} aria-hidden="true" />}
          title={t('serviceAccounts.create')}
          isDismissible={false}
        >
          {(close) => <NewServiceAccountForm onDone={close} />}
        </DialogButton>
      }
    >
      <Accounts />
    </ProjectFrame>
  );
}
