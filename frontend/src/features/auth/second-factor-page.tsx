import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAuthStep, useFollowSession } from '@/features/auth/use-auth-step';
import { ErrorNote } from '@/components/ui/error-note';
import { LinkAnchor } from '@/components/ui/links';
import { PasskeyButton } from '@/components/ui/passkey-button';
import { PublicTitle } from '@/components/ui/public-title';
import { sendSecondFactor } from '@/lib/api/allauth';
import { sessionQuery } from '@/lib/queries/session';

function CodeForm({ next }: { next?: string }) {
  const { t } = useTranslation();
  const router = useRouter();
  const form = useForm({ initialValues: { code: '' } });
  const { mutation, formError } = useAuthStep({
    form,
    submit: ({ code }) => sendSecondFactor(code.trim()),
    next,
    onAnswer: () => void router.navigate({ to: '/login', search: { next } }), // the login has expired
  });
  return (
    <form onSubmit={form.onSubmit((values) => mutation.mutate(values))}>
      <Stack>
        {formError && <ErrorNote error={formError} title={t('auth.failed')} />}
        <TextInput
          label={t('mfa.codeOrRecovery')}
          description={t('mfa.codeHint')}
          autoComplete="one-time-code"
          spellCheck={false}
          required
          data-autofocus
          {...form.getInputProps('code')}
        />
        <Button type="submit" loading={mutation.isPending} fullWidth>
          {t('auth.verify')}
        </Button>
      </Stack>
    </form>
  );
}

/** The second step of a login. */
export function SecondFactorPage() {
  const { t } = useTranslation();
  const { next } = useSearch({ from: '/public/login/second-factor' });
  const { data: session } = useSuspenseQuery(sessionQuery);
  const follow = useFollowSession({ next });
  const types = session.secondFactors;
  const isCodeOffered = types.length === 0 || types.some((type) => type !== 'webauthn');
  return (
    <PublicTitle title={t('mfa.title')} text={t('mfa.text')}>
      {isCodeOffered && <CodeForm next={next} />}
      {types.includes('webauthn') && (
        <PasskeyButton use="authenticate" label={t('mfa.usePasskey')} onProved={follow} />
      )}
      <Text size="sm" ta="center">
        <LinkAnchor to="/login" search={{ next }}>
          {t('auth.backToLogIn')}
        </LinkAnchor>
      </Text>
    </PublicTitle>
  );
}
