import { IconMapOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkButton } from '@/components/ui/links';
import { Page } from '@/components/ui/page';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('notFound.title')}>
      <EmptyState
        icon={<IconMapOff aria-hidden="true" />}
        title="404"
        text={t('notFound.text')}
        action={
          <LinkButton to="/" mt="sm">
            {t('notFound.home')}
          </LinkButton>
        }
      />
    </Page>
  );
}
