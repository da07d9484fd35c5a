import { Badge, Table, Text } from '@mantine/core';
import { IconArchive, IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { projectsKey } from '@/features/organization/organization-queries';
import { Dialog } from '@/components/ui/dialog';
import { RenameProjectForm, useArchiveProject } from '@/components/ui/project-actions';
import { RowAction, RowActions } from '@/components/ui/row-actions';
import { TableHead } from '@/components/ui/table-head';
import { TableScroll } from '@/components/ui/table-scroll';
import { When } from '@/components/ui/when';
import type { ListedProject } from '@/lib/api/admin-types';
import { hindranceTo, type Action } from '@/lib/permissions';
import { isArchived, useCurrentPlace, useOrganizationScope } from '@/lib/project';

/** What may be done to a project in the list: by its own permissions, not by those of the current one. */
function useMay(project: ListedProject) {
  const place = useCurrentPlace();
  const own = place.organization.projects.find(({ id }) => id === project.id) ?? null;
  return {
    isDefault: own?.is_default ?? false,
    may: (action: Action) => !hindranceTo(action, { ...place, project: own }) && !isArchived(project),
  };
}

interface RowProps {
  project: ListedProject;
  onRename: () => void;
  onArchive: () => void;
}

function ProjectRow({ project, onRename, onArchive }: RowProps) {
  const { t } = useTranslation();
  const { isDefault, may } = useMay(project);
  const { name } = project;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600}>
          {name}
        </Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {project.id}
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge color={isArchived(project) ? 'gray' : 'green'}>
          {isArchived(project) ? t('projects.archived') : t('projects.active')}
        </Badge>
      </Table.Td>
      <Table.Td>
        <When at={project.created_at} />
      </Table.Td>
      <Table.Td>
        <RowActions>
          {may('project.update') && (
            <RowAction
              label={t('actions.rename')}
              name={t('projects.renameNamed', { name })}
              icon={<IconPencil size={17} aria-hidden="true" />}
              onClick={onRename}
            />
          )}
          {may('project.archive') && !isDefault && (
            <RowAction
              label={t('projects.archive')}
              name={t('projects.archiveNamed', { name })}
              icon={<IconArchive size={17} aria-hidden="true" />}
              isDanger
              onClick={onArchive}
            />
          )}
        </RowActions>
      </Table.Td>
    </Table.Tr>
  );
}

export function ProjectsTable({ projects }: { projects: ListedProject[] }) {
  const { t } = useTranslation();
  const refresh = projectsKey(useOrganizationScope());
  const [renamed, setRenamed] = useState<ListedProject | null>(null);
  const askArchive = useArchiveProject([refresh]);
  const close = () => setRenamed(null);
  return (
    <>
      <TableScroll label={t('settings.projects')}>
        <TableHead columns={[t('projects.name'), t('columns.status'), t('columns.created')]} />
        <Table.Tbody>
          {projects.map((project) => (
            <ProjectRow
              key={project.id}
              project={project}
              onRename={() => setRenamed(project)}
              onArchive={() => askArchive(project)}
            />
          ))}
        </Table.Tbody>
      </TableScroll>
      <Dialog title={t('projects.rename')} isOpen={renamed !== null} onClose={close}>
        {renamed && (
          <RenameProjectForm project={renamed} refresh={[refresh]} onDone={close} onCancel={close} />
        )}
      </Dialog>
    </>
  );
}
