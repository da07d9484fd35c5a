import { Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { AuthCard } from '@/features/auth/auth-card';
import { NewPasswordForm } from '@/features/auth/new-password-form';
import { LinkAnchor } from '@/components/ui/links';

export function ResetPage() {
  const { t } = useTranslation();
  const { key } = useParams({ from: '/public/reset-password/$key' });
  return (
    <AuthCard title={t('auth.resetTitle')} text={t('auth.resetText')}>
      <NewPasswordForm linkKey={key} />
      <Text size="sm" ta="center">
        <LinkAnchor to="/login">{t('auth.backToLogIn')}</LinkAnchor>
      </Text>
    </AuthCard>
  );
}
