import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { projectsKey } from '@/features/organization/organization-queries';
import { Dialog } from '@/components/ui/dialog';
import { NameForm } from '@/components/ui/name-form';
import { useWrite } from '@/components/ui/use-write';
import type { ListedProject } from '@/lib/api/admin-types';
import { request } from '@/lib/api/client';
import { useCurrentPlace, useOrganizationScope } from '@/lib/project';
import { meQuery } from '@/lib/queries/session';

interface NewProjectDialogProps {
  isOpen: boolean;
  onClose: () => void;
}

function NewProjectForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const scope = useOrganizationScope();
  const { choose } = useCurrentPlace();
  const queryClient = useQueryClient();
  const create = useWrite({
    run: (name: string) =>
      request<ListedProject>('/v1/organization/projects', { method: 'POST', scope, body: { name } }),
    refresh: [projectsKey(scope)],
    done: t('projects.created'),
    onDone: async ({ id }) => {
      await queryClient.refetchQueries({ queryKey: meQuery.queryKey });
      choose(id);
      onClose();
    },
  });
  return (
    <NameForm
      label={t('projects.name')}
      hint={t('projects.nameHint')}
      submit={t('projects.createNow')}
      error={create.error}
      isPending={create.isPending}
      onSubmit={(name) => create.mutate(name)}
      onCancel={onClose}
    />
  );
}

export function NewProjectDialog({ isOpen, onClose }: NewProjectDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('projects.create')} isOpen={isOpen} onClose={onClose}>
      <NewProjectForm onClose={onClose} />
    </Dialog>
  );
}
