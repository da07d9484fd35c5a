import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PublicTitle } from '@/components/ui/public-title';
import { useAuthStep } from '@/features/auth/use-auth-step';
import { ErrorNote } from '@/components/ui/error-note';
import { logOut, resendVerification, verifyEmail } from '@/lib/api/allauth';
import { sessionQuery } from '@/lib/queries/session';

/** Leave the pending sign-up, to begin again with another address. */
function useStartOver() {
  const queryClient = useQueryClient();
  const router = useRouter();
  return async () => {
    await logOut().catch(() => undefined);
    queryClient.removeQueries({ queryKey: sessionQuery.queryKey });
    await router.navigate({ to: '/signup' });
  };
}

function ResendLine() {
  const { t } = useTranslation();
  const resend = useMutation({ mutationFn: resendVerification });
  const startOver = useStartOver();
  return (
    <Stack gap="xs">
      {resend.error && <ErrorNote error={resend.error} />}
      <Group justify="center" gap="lg">
        <Anchor component="button" type="button" size="sm" onClick={() => resend.mutate()}>
          {resend.isSuccess ? t('auth.codeSent') : t('auth.resend')}
        </Anchor>
        <Anchor component="button" type="button" size="sm" onClick={() => void startOver()}>
          {t('auth.startOver')}
        </Anchor>
      </Group>
    </Stack>
  );
}

export function VerifyPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const { next } = useSearch({ from: '/public/verify-email' });
  const form = useForm({ initialValues: { key: '' } });
  const { mutation, formError } = useAuthStep({
    form,
    submit: ({ key }) => verifyEmail(key.trim()),
    next: next ?? '/onboarding',
    onAnswer: () => void router.navigate({ to: '/login' }),
  });
  return (
    <PublicTitle title={t('auth.verifyTitle')} text={t('auth.verifyText')}>
      <form onSubmit={form.onSubmit((values) => mutation.mutate(values))}>
        <Stack>
          {formError && <ErrorNote error={formError} title={t('auth.failed')} />}
          <TextInput
            label={t('auth.code')}
            autoComplete="one-time-code"
            spellCheck={false}
            required
            data-autofocus
            styles={{ input: { letterSpacing: '0.18em', textTransform: 'uppercase', fontWeight: 600 } }}
            {...form.getInputProps('key')}
          />
          <Button type="submit" loading={mutation.isPending} fullWidth>
            {t('auth.verify')}
          </Button>
          <Text size="sm" c="dimmed" ta="center">
            {t('auth.checkSpam')}
          </Text>
        </Stack>
      </form>
      <ResendLine />
    </PublicTitle>
  );
}
