import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Guard } from '@/components/ui/guard';
import { Page } from '@/components/ui/page';
import { Refusal } from '@/components/ui/refusal';
import type { Action } from '@/lib/permissions';
import { useCurrentPlace } from '@/lib/project';

interface ProjectFrameProps {
  title: string;
  description: string;
  action: Action;
  actions?: ReactNode;
  children: ReactNode;
}

/** A settings page of the current project, where there is one and it may be seen. */
export function ProjectFrame({ title, description, action, actions, children }: ProjectFrameProps) {
  const { t } = useTranslation();
  const { project } = useCurrentPlace();
  if (!project) {
    return (
      <Page title={title}>
        <Refusal kind="notFound">{t('noProject.text')}</Refusal>
      </Page>
    );
  }
  return (
    <Page title={title} description={description} actions={actions}>
      <Guard action={action}>{children}</Guard>
    </Page>
  );
}
