import { Button, Modal, Paper } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keysQuery } from '@/features/keys/api-keys-query';
import { CreateKeyForm } from '@/features/keys/create-key-form';
import { KeysTable } from '@/features/keys/keys-table';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorNote } from '@/components/ui/error-note';
import { LoadingRows } from '@/components/ui/loading';
import { Page } from '@/components/ui/page';
import { useScope } from '@/lib/project';

function KeysList({ onCreate }: { onCreate: () => void }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(keysQuery(useScope()));
  if (isPending) return <LoadingRows />;
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (data.data.length === 0) {
    return (
      <EmptyState
        icon={<IconKey aria-hidden="true" />}
        title={t('keys.emptyTitle')}
        text={t('keys.emptyText')}
        action={
          <Button mt="sm" onClick={onCreate}>
            {t('keys.create')}
          </Button>
        }
      />
    );
  }
  return <KeysTable keys={data.data} />;
}

export function KeysPage() {
  const { t } = useTranslation();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <Page
      title={t('nav.keys')}
      description={t('keys.description')}
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden="true" />} onClick={open}>
          {t('keys.create')}
        </Button>
      }
    >
      <Paper withBorder radius="lg" p="md" bg="var(--finery-surface)">
        <KeysList onCreate={open} />
      </Paper>
      <Modal
        opened={isOpen}
        onClose={close}
        title={t('keys.create')}
        size="lg"
        closeButtonProps={{ 'aria-label': t('actions.close') }}
      >
        <CreateKeyForm onDone={close} />
      </Modal>
    </Page>
  );
}
