import { Button } from '@mantine/core';
import { IconFolderPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NewProjectDialog } from '@/features/organization/new-project-dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { Page } from '@/components/ui/page';
import { useCan } from '@/lib/permissions';
import { useCurrentPlace } from '@/lib/project';

/** For members of an organization who are in none of its projects. */
export function NoProjectPage() {
  const { t } = useTranslation();
  const { organization } = useCurrentPlace();
  const canCreate = useCan('project.create');
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Page title={organization.name}>
      <EmptyState
        icon={<IconFolderPlus aria-hidden="true" />}
        title={t('noProject.title')}
        text={t('noProject.text')}
        action={
          canCreate && (
            <Button mt="sm" onClick={() => setIsOpen(true)}>
              {t('projects.create')}
            </Button>
          )
        }
      />
      <NewProjectDialog isOpen={isOpen} onClose={() => setIsOpen(false)} />
    </Page>
  );
}
