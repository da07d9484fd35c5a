import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PublicTitle } from '@/components/ui/public-title';
import { NewCodeForm } from '@/features/auth/new-code-form';
import { useAuthStep } from '@/features/auth/use-auth-step';
import { ErrorNote } from '@/components/ui/error-note';
import { isStepOver, logOut, resendVerification, verifyEmail } from '@/lib/api/allauth';
import { forgetPendingEmail, pendingEmail } from '@/lib/pending-email';
import { sessionQuery } from '@/lib/queries/session';

/** Leave the pending sign-up, to begin again with another address. */
function useStartOver() {
  const queryClient = useQueryClient();
  const router = useRouter();
  return async () => {
    await logOut().catch(() => undefined);
    forgetPendingEmail();
    queryClient.removeQueries({ queryKey: sessionQuery.queryKey });
    await router.navigate({ to: '/signup' });
  };
}

function StartOver() {
  const { t } = useTranslation();
  const startOver = useStartOver();
  return (
    <Anchor component="button" type="button" size="sm" onClick={() => void startOver()}>
      {t('auth.startOver')}
    </Anchor>
  );
}

/** Send another code. The server sends a few for each sign-up; after that the sign-up counts as over. */
function useResend() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: resendVerification,
    onError: (error) => {
      if (!isStepOver(error)) return;
      queryClient.setQueryData(
        sessionQuery.queryKey,
        (session) => session && { ...session, pendingFlow: null },
      );
    },
  });
}

function CodeForm({ next }: { next: string }) {
  const { t } = useTranslation();
  const router = useRouter();
  const form = useForm({ initialValues: { key: '' } });
  const { mutation, formError } = useAuthStep({
    form,
    submit: ({ key }) => verifyEmail(key.trim()),
    next,
    onAnswer: () => void router.navigate({ to: '/login' }),
  });
  const resend = useResend();
  return (
    <>
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
      {resend.error && <ErrorNote error={resend.error} />}
      <Group justify="center" gap="lg">
        <Anchor component="button" type="button" size="sm" onClick={() => resend.mutate()}>
          {resend.isSuccess ? t('auth.codeSent') : t('auth.resend')}
        </Anchor>
        <StartOver />
      </Group>
    </>
  );
}

/** The mailed code; once the server takes none any more, the way to a new one. */
export function VerifyPage() {
  const { t } = useTranslation();
  const { next = '/onboarding' } = useSearch({ from: '/public/verify-email' });
  const { data: session } = useSuspenseQuery(sessionQuery);
  const email = pendingEmail();
  if (session.pendingFlow !== 'verify_email') {
    return (
      <PublicTitle title={t('auth.verifyTitle')}>
        <NewCodeForm next={next} />
        <Group justify="center">
          <StartOver />
        </Group>
      </PublicTitle>
    );
  }
  return (
    <PublicTitle
      title={t('auth.verifyTitle')}
      text={email ? t('auth.verifySentTo', { email }) : t('auth.verifyText')}
    >
      <CodeForm next={next} />
    </PublicTitle>
  );
}
