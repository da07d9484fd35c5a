import { useDisclosure } from '@mantine/hooks';
import { IconPencil, IconTrash, IconUpload } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { confirmDanger } from '@/components/ui/confirm';
import { Dialog } from '@/components/ui/dialog';
import { GuardedButton, GuardedLink } from '@/components/ui/guard';
import { LinkButton } from '@/components/ui/links';
import { NameForm } from '@/components/ui/name-form';
import { useAct, useWrite } from '@/components/ui/use-write';
import type { Dataset } from '@/lib/api/data-types';
import { deleteDataset, renameDataset } from '@/lib/api/datasets';
import { useScope } from '@/lib/project';
import { dataKeys, datasetsKey } from '@/lib/queries/datasets';

function RenameButton({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation();
  const scope = useScope();
  const [isOpen, { open, close }] = useDisclosure(false);
  const renaming = useWrite({
    run: (name: string) => renameDataset(scope, dataset.id, name),
    refresh: [datasetsKey(scope)],
    done: t('datasets.renamed'),
    onDone: close,
  });
  return (
    <>
      <GuardedButton
        action="file.write"
        variant="default"
        leftSection={<IconPencil size={16} aria-hidden="true" />}
        onClick={open}
      >
        {t('actions.rename')}
      </GuardedButton>
      <Dialog title={t('datasets.rename')} isOpen={isOpen} onClose={close}>
        <NameForm
          label={t('datasets.name')}
          submit={t('actions.save')}
          initial={dataset.name}
          maxLength={255}
          error={renaming.error}
          isPending={renaming.isPending}
          onSubmit={renaming.mutate}
          onCancel={close}
        />
      </Dialog>
    </>
  );
}

function DeleteButton({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation();
  const scope = useScope();
  const navigate = useNavigate();
  const deleting = useAct({
    run: () => deleteDataset(scope, dataset.id),
    done: t('datasets.deleted', { name: dataset.name }),
    refresh: dataKeys(scope),
    onDone: () => navigate({ to: '/data' }),
  });
  const ask = () =>
    confirmDanger({
      title: t('datasets.deleteTitle', { name: dataset.name }),
      text: t('datasets.deleteText', { count: dataset.versions }),
      confirm: t('actions.delete'),
      onConfirm: () => deleting.mutate(undefined),
    });
  return (
    <GuardedButton
      action="file.write"
      variant="default"
      leftSection={<IconTrash size={16} aria-hidden="true" />}
      onClick={ask}
    >
      {t('actions.delete')}
    </GuardedButton>
  );
}

/** What can be done with a dataset as a whole. */
export function DatasetActions({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation();
  return (
    <>
      <GuardedLink action="file.write" label={t('datasets.uploadVersion')}>
        <LinkButton
          to="/data"
          search={{ dataset: dataset.id }}
          leftSection={<IconUpload size={16} aria-hidden="true" />}
        >
          {t('datasets.uploadVersion')}
        </LinkButton>
      </GuardedLink>
      <RenameButton dataset={dataset} />
      <DeleteButton dataset={dataset} />
    </>
  );
}
