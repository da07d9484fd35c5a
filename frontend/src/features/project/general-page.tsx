import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ProjectFrame } from '@/features/project/project-frame';
import { CopyIcon } from '@/components/ui/copy';
import { DefinitionList } from '@/components/ui/definition-list';
import { ReadOnlyNote } from '@/components/ui/guard';
import { useRoleName } from '@/components/ui/names';
import { Panel } from '@/components/ui/panel';
import { RenameProjectForm, useArchiveProject } from '@/components/ui/project-actions';
import { useCan } from '@/lib/permissions';
import { isArchived, useCurrentProject } from '@/lib/project';

function NamePanel() {
  const { t } = useTranslation();
  const { project } = useCurrentProject();
  const canRename = useCan('project.update');
  const roleName = useRoleName();
  return (
    <Panel title={t('organization.general')}>
      <DefinitionList
        items={[
          {
            term: t('projects.id'),
            value: (
              <Group gap={4}>
                <Text component="span" size="sm" ff="monospace">
                  {project.id}
                </Text>
                <CopyIcon value={project.id} label={t('projects.copyId')} />
              </Group>
            ),
          },
          { term: t('projects.yourRole'), value: project.role ? roleName(project.role) : '–' },
        ]}
      />
      <ReadOnlyNote action="project.update" />
      <RenameProjectForm project={project} isDisabled={!canRename} />
    </Panel>
  );
}

function ArchivePanel() {
  const { t } = useTranslation();
  const { project } = useCurrentProject();
  const askArchive = useArchiveProject();
  return (
    <Panel
      title={t('projects.archiveThis')}
      note={project.is_default ? t('projects.defaultStays') : t('projects.archiveText')}
    >
      {!project.is_default && (
        <Group>
          <Button variant="outline" color="red" onClick={() => askArchive(project)}>
            {t('projects.archive')}
          </Button>
        </Group>
      )}
    </Panel>
  );
}

function Settings() {
  const { project } = useCurrentProject();
  const canArchive = useCan('project.archive') && !isArchived(project);
  return (
    <>
      <NamePanel />
      {canArchive && <ArchivePanel />}
    </>
  );
}

export function ProjectPage() {
  const { t } = useTranslation();
  return (
    <ProjectFrame
      title={t('settings.project')}
      description={t('projects.settingsNote')}
      action="project.read"
    >
      <Settings />
    </ProjectFrame>
  );
}
