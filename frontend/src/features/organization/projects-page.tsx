import { Switch } from '@mantine/core';
import { IconFolder, IconFolderPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NewProjectDialog } from '@/features/organization/new-project-dialog';
import { projectsQuery } from '@/features/organization/organization-queries';
import { ProjectsTable } from '@/features/organization/projects-table';
import { CursorList } from '@/components/ui/cursor-list';
import { EmptyState } from '@/components/ui/empty-state';
import { Guard, GuardedButton } from '@/components/ui/guard';
import { Page } from '@/components/ui/page';
import { Panel } from '@/components/ui/panel';
import { useOrganizationScope } from '@/lib/project';

function Projects() {
  const { t } = useTranslation();
  const [isWithArchived, setIsWithArchived] = useState(false);
  const list = useInfiniteQuery(projectsQuery(useOrganizationScope(), isWithArchived));
  return (
    <Panel>
      <Switch
        label={t('projects.showArchived')}
        checked={isWithArchived}
        onChange={(event) => setIsWithArchived(event.currentTarget.checked)}
      />
      <CursorList
        list={list}
        empty={
          <EmptyState
            icon={<IconFolder aria-hidden="true" />}
            title={t('projects.emptyTitle')}
            text={t('projects.emptyText')}
          />
        }
      >
        {(projects) => <ProjectsTable projects={projects} />}
      </CursorList>
    </Panel>
  );
}

export function ProjectsPage() {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Page
      title={t('settings.projects')}
      description={t('projects.description')}
      actions={
        <GuardedButton
          action="project.create"
          leftSection={<IconFolderPlus size={16} aria-hidden="true" />}
          onClick={() => setIsOpen(true)}
        >
          {t('projects.create')}
        </GuardedButton>
      }
    >
      <Guard action="project.list">
        <Projects />
      </Guard>
      <NewProjectDialog isOpen={isOpen} onClose={() => setIsOpen(false)} />
    </Page>
  );
}
