import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PublicTitle } from '@/components/ui/public-title';
import { OtherWays } from '@/features/auth/other-ways';
import { useAuthStep } from '@/features/auth/use-auth-step';
import { ErrorNote } from '@/components/ui/error-note';
import { LinkAnchor } from '@/components/ui/links';
import { signUp } from '@/lib/api/allauth';

export function SignupPage() {
  const { t } = useTranslation();
  const { next } = useSearch({ from: '/public/signup' });
  const form = useForm({ initialValues: { email: '', password: '' } });
  const { mutation, formError } = useAuthStep({ form, submit: signUp, next: next ?? '/onboarding' });
  return (
    <PublicTitle title={t('auth.signUpTitle')} text={t('auth.signUpText')}>
      <form onSubmit={form.onSubmit((values) => mutation.mutate(values))}>
        <Stack>
          {formError && <ErrorNote error={formError} title={t('auth.failed')} />}
          <TextInput
            label={t('auth.workEmail')}
            type="email"
            autoComplete="email"
            required
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label={t('auth.password')}
            description={t('auth.passwordHint')}
            autoComplete="new-password"
            required
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={mutation.isPending} fullWidth>
            {t('auth.createAccount')}
          </Button>
        </Stack>
      </form>
      <OtherWays next={next ?? '/onboarding'} />
      <Text size="sm" ta="center" c="dimmed">
        {t('auth.haveAccount')}{' '}
        <LinkAnchor to="/login" search={{ next }} underline="always">
          {t('auth.logIn')}
        </LinkAnchor>
      </Text>
    </PublicTitle>
  );
}
