import { IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { AddMemberForm } from '@/features/project/add-member-form';
import { ProjectMembersTable } from '@/features/project/members-table';
import { ProjectFrame } from '@/features/project/project-frame';
import { projectMembersQuery } from '@/features/project/project-queries';
import { CursorList } from '@/components/ui/cursor-list';
import { DialogButton } from '@/components/ui/dialog-button';
import { EmptyState } from '@/components/ui/empty-state';
import { Panel } from '@/components/ui/panel';
import { useScope } from '@/lib/project';

function Members() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(projectMembersQuery(useScope()));
  return (
    <Panel>
      <CursorList
        list={list}
        empty={
          <EmptyState
            icon={<IconUsers aria-hidden="true" />}
            title={t('projectMembers.emptyTitle')}
            text={t('projectMembers.emptyText')}
          />
        }
      >
        {(members) => <ProjectMembersTable members={members} />}
      </CursorList>
    </Panel>
  );
}

export function ProjectMembersPage() {
  const { t } = useTranslation();
  return (
    <ProjectFrame
      title={t('settings.projectMembers')}
      description={t('projectMembers.description')}
      action="project_user.read"
      actions={
        <DialogButton
          action="project_user.write"
          icon={<IconUserPlus size={16} aria-hidden="true" />}
          title={t('projectMembers.add')}
        >
          {(close) => <AddMemberForm onDone={close} />}
        </DialogButton>
      }
    >
      <Members />
    </ProjectFrame>
  );
}
