import { Paper, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keysQuery } from '@/features/keys/api-keys-query';
import { CreateKeyForm } from '@/features/keys/create-key-form';
import { KeysTable } from '@/features/keys/keys-table';
import { CursorList } from '@/components/ui/cursor-list';
import { Dialog } from '@/components/ui/dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { GuardedButton } from '@/components/ui/guard';
import { Page } from '@/components/ui/page';
import { Refusal } from '@/components/ui/refusal';
import { useCan } from '@/lib/permissions';
import { useScope } from '@/lib/project';

function KeysList({ onCreate }: { onCreate: () => void }) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(keysQuery(useScope()));
  return (
    <CursorList
      list={list}
      empty={
        <EmptyState
          icon={<IconKey aria-hidden="true" />}
          title={t('keys.emptyTitle')}
          text={t('keys.emptyText')}
          action={
            <GuardedButton action="api_key.write_own" mt="sm" onClick={onCreate}>
              {t('keys.create')}
            </GuardedButton>
          }
        />
      }
    >
      {(keys) => <KeysTable keys={keys} />}
    </CursorList>
  );
}

export function KeysPage() {
  const { t } = useTranslation();
  const [isOpen, { open, close }] = useDisclosure(false);
  const canReadOwn = useCan('api_key.read_own');
  const canReadAll = useCan('api_key.read');
  return (
    <Page
      title={t('nav.keys')}
      description={t('keys.description')}
      actions={
        <GuardedButton
          action="api_key.write_own"
          leftSection={<IconPlus size={16} aria-hidden="true" />}
          onClick={open}
        >
          {t('keys.create')}
        </GuardedButton>
      }
    >
      <Paper withBorder radius="lg" p="md" bg="var(--finery-surface)">
        <Stack>
          {canReadOwn || canReadAll ? (
            <KeysList onCreate={open} />
          ) : (
            <Refusal kind="forbidden" action="api_key.read_own" />
          )}
        </Stack>
      </Paper>
      <Dialog title={t('keys.create')} isOpen={isOpen} onClose={close} isDismissible={false}>
        <CreateKeyForm onDone={close} />
      </Dialog>
    </Page>
  );
}
