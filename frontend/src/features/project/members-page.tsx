import { IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AddMemberForm } from '@/features/project/add-member-form';
import { ProjectMembersTable } from '@/features/project/members-table';
import { ProjectFrame } from '@/features/project/project-frame';
import { projectMembersQuery } from '@/features/project/project-queries';
import { CursorList } from '@/components/ui/cursor-list';
import { Dialog } from '@/components/ui/dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { GuardedButton } from '@/components/ui/guard';
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
  const [isOpen, setIsOpen] = useState(false);
  const close = () => setIsOpen(false);
  return (
    <ProjectFrame
      title={t('settings.projectMembers')}
      description={t('projectMembers.description')}
      action="project_user.read"
      actions={
        <GuardedButton
          action="project_user.write"
          leftSection={<IconUserPlus size={16} aria-hidden="true" />}
          onClick={() => setIsOpen(true)}
        >
          {t('projectMembers.add')}
        </GuardedButton>
      }
    >
      <Members />
      <Dialog title={t('projectMembers.add')} isOpen={isOpen} onClose={close}>
        <AddMemberForm onDone={close} />
      </Dialog>
    </ProjectFrame>
  );
}
