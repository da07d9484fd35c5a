import { Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PublicTitle } from '@/components/ui/public-title';
import { NewPasswordForm } from '@/features/auth/new-password-form';
import { LinkAnchor } from '@/components/ui/links';

export function ResetPage() {
  const { t } = useTranslation();
  const { key } = useParams({ from: '/public/reset-password/$key' });
  return (
    <PublicTitle title={t('auth.resetTitle')} text={t('auth.resetText')}>
      <NewPasswordForm linkKey={key} />
      <Text size="sm" ta="center">
        <LinkAnchor to="/login">{t('auth.backToLogIn')}</LinkAnchor>
      </Text>
    </PublicTitle>
  );
}
