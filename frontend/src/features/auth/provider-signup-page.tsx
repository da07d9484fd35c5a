import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAuthStep } from '@/features/auth/use-auth-step';
import { ErrorNote } from '@/components/ui/error-note';
import { LinkAnchor } from '@/components/ui/links';
import { PublicTitle } from '@/components/ui/public-title';
import { completeProviderSignup } from '@/lib/api/allauth';

/** The provider told no e-mail address that may be used: the user adds one. */
export function ProviderSignupPage() {
  const { t } = useTranslation();
  const { next } = useSearch({ from: '/public/account/provider/signup' });
  const form = useForm({ initialValues: { email: '' } });
  const { mutation, formError } = useAuthStep({
    form,
    submit: ({ email }) => completeProviderSignup({ email: email.trim() }),
    next: next ?? '/onboarding',
  });
  return (
    <PublicTitle title={t('provider.signupTitle')} text={t('provider.signupText')}>
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
          <Button type="submit" loading={mutation.isPending} fullWidth>
            {t('auth.createAccount')}
          </Button>
        </Stack>
      </form>
      <Text size="sm" ta="center">
        <LinkAnchor to="/login">{t('auth.backToLogIn')}</LinkAnchor>
      </Text>
    </PublicTitle>
  );
}
