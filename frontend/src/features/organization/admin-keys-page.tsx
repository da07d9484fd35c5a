import { IconKey, IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { AdminKeyForm } from '@/features/organization/admin-key-form';
import { AdminKeysTable } from '@/features/organization/admin-keys-table';
import { adminKeysQuery } from '@/features/organization/organization-queries';
import { CursorList } from '@/components/ui/cursor-list';
import { DialogButton } from '@/components/ui/dialog-button';
import { EmptyState } from '@/components/ui/empty-state';
import { Guard } from '@/components/ui/guard';
import { Page } from '@/components/ui/page';
import { Panel } from '@/components/ui/panel';
import { useOrganizationScope } from '@/lib/project';

function AdminKeys() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(adminKeysQuery(useOrganizationScope()));
  return (
    <Panel>
      <CursorList
        list={list}
        empty={
          <EmptyState
            icon={<IconKey aria-hidden="true" />}
            title={t('adminKeys.emptyTitle')}
            text={t('adminKeys.emptyText')}
          />
        }
      >
        {(keys) => <AdminKeysTable keys={keys} />}
      </CursorList>
    </Panel>
  );
}

export function AdminKeysPage() {
  const { t } = useTranslation();
  return (
    <Page
      title={t('settings.adminKeys')}
      description={t('adminKeys.description')}
      actions={
        <DialogButton
          action="admin_key.write"
          icon={<IconPlus size={16} aria-hidden="true" />}
          title={t('adminKeys.create')}
          isDismissible={false}
        >
          {(close) => <AdminKeyForm onDone={close} />}
        </DialogButton>
      }
    >
      <Guard action="admin_key.read">
        <AdminKeys />
      </Guard>
    </Page>
  );
}
