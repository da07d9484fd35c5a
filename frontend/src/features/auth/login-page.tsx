import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PublicTitle } from '@/components/ui/public-title';
import { OtherWays } from '@/features/auth/other-ways';
import { useAuthStep } from '@/features/auth/use-auth-step';
import { ErrorNote } from '@/components/ui/error-note';
import { LinkAnchor } from '@/components/ui/links';
import { logIn } from '@/lib/api/allauth';

export function LoginPage() {
  const { t } = useTranslation();
  const { next } = useSearch({ from: '/public/login' });
  const form = useForm({ initialValues: { email: '', password: '' } });
  const { mutation, formError } = useAuthStep({ form, submit: logIn, next });
  return (
    <PublicTitle title={t('auth.logIn')} text={t('auth.logInText')}>
      <form onSubmit={form.onSubmit((values) => mutation.mutate(values))}>
        <Stack>
          {formError && <ErrorNote error={formError} title={t('auth.failed')} />}
          <TextInput
            label={t('auth.email')}
            type="email"
            autoComplete="email"
            required
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label={t('auth.password')}
            autoComplete="current-password"
            required
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={mutation.isPending} fullWidth>
            {t('auth.logIn')}
          </Button>
          <Text size="sm" ta="center">
            <LinkAnchor to="/forgot-password">{t('auth.forgot')}</LinkAnchor>
          </Text>
        </Stack>
      </form>
      <OtherWays next={next} isLogin />
      <Text size="sm" ta="center" c="dimmed">
        {t('auth.noAccount')}{' '}
        <LinkAnchor to="/signup" search={{ next }} underline="always">
          {t('auth.signUp')}
        </LinkAnchor>
      </Text>
    </PublicTitle>
  );
}
