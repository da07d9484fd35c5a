import type { QueryKey } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { confirmDanger } from '@/components/ui/confirm';
import { NameForm } from '@/components/ui/name-form';
import { useAct, useWrite } from '@/components/ui/use-write';
import type { ListedProject } from '@/lib/api/admin-types';
import { request } from '@/lib/api/client';
import { useOrganizationScope } from '@/lib/project';
import { meQuery } from '@/lib/queries/session';

interface Named {
  id: string;
  name: string;
}

const path = ({ id }: Named) => `/v1/organization/projects/${id}`;

interface RenameProjectFormProps {
  project: Named;
  refresh?: QueryKey[];
  isDisabled?: boolean;
  onDone?: () => void;
  onCancel?: () => void;
}

export function RenameProjectForm({
  project,
  refresh = [],
  isDisabled,
  onDone,
  onCancel,
}: RenameProjectFormProps) {
  const { t } = useTranslation();
  const scope = useOrganizationScope();
  const rename = useWrite({
    run: (name: string) => request<ListedProject>(path(project), { method: 'POST', scope, body: { name } }),
    refresh: [...refresh, meQuery.queryKey],
    done: t('projects.renamed'),
    onDone,
  });
  return (
    <NameForm
      key={project.name}
      label={t('projects.name')}
      submit={t('actions.save')}
      initial={project.name}
      error={rename.error}
      isPending={rename.isPending}
      isDisabled={isDisabled}
      onSubmit={(name) => rename.mutate(name)}
      onCancel={onCancel}
    />
  );
}

/** Archive a project after asking. */
export function useArchiveProject(refresh: QueryKey[] = []) {
  const { t } = useTranslation();
  const scope = useOrganizationScope();
  const archive = useAct({
    run: (project: Named) => request<ListedProject>(`${path(project)}/archive`, { method: 'POST', scope }),
    refresh: [...refresh, meQuery.queryKey],
    done: t('projects.archiveDone'),
  });
  return (project: Named) =>
    confirmDanger({
      title: t('projects.archiveTitle', { name: project.name }),
      text: t('projects.archiveText'),
      confirm: t('projects.archive'),
      onConfirm: () => archive.mutate(project),
    });
}
