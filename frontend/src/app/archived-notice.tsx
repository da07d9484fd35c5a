import { Alert } from '@mantine/core';
import { IconArchive } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { isArchived, useCurrentPlace } from '@/lib/project';

/** Says that the project shown can be read and no more. */
export function ArchivedNotice() {
  const { t } = useTranslation();
  const { project } = useCurrentPlace();
  if (!project || !isArchived(project)) return null;
  return (
    <Alert
      color="gray"
      mb="lg"
      role="status"
      icon={<IconArchive aria-hidden="true" />}
      title={t('refusal.archived.title')}
    >
      {t('refusal.archived.text')}
    </Alert>
  );
}
