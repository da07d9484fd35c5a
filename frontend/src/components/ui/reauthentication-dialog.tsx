import { Button, Modal, PasswordInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNote } from '@/components/ui/error-note';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { PasskeyButton } from '@/components/ui/passkey-button';
import { listAuthenticators } from '@/lib/api/account';
import { getSession, logOut, reauthenticateByCode, reauthenticateByPassword } from '@/lib/api/allauth';
import { onReauthentication } from '@/lib/api/reauthentication';
import { arePasskeysSupported } from '@/lib/passkeys';

type Method = 'password' | 'code' | 'passkey';

async function waysToProve(): Promise<Method[]> {
  const [session, authenticators] = await Promise.all([getSession(), listAuthenticators()]);
  const types = authenticators.map(({ type }) => type);
  return [
    ...(session.hasPassword ? (['password'] as const) : []),
    ...(types.includes('totp') ? (['code'] as const) : []),
    ...(types.includes('webauthn') && arePasskeysSupported() ? (['passkey'] as const) : []),
  ];
}

interface ProofProps {
  onProved: () => void;
}

function SecretForm({ method, onProved }: ProofProps & { method: 'password' | 'code' }) {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { secret: '' } });
  const prove = useMutation({
    mutationFn: (secret: string) =>
      method === 'password' ? reauthenticateByPassword(secret) : reauthenticateByCode(secret.trim()),
    onSuccess: onProved,
  });
  const Input = method === 'password' ? PasswordInput : TextInput;
  return (
    <form onSubmit={form.onSubmit(({ secret }) => prove.mutate(secret))}>
      <Stack>
        {prove.error && <ErrorNote error={prove.error} title={t('auth.failed')} />}
        <Input
          label={t(method === 'password' ? 'auth.password' : 'mfa.codeOrRecovery')}
          autoComplete={method === 'password' ? 'current-password' : 'one-time-code'}
          required
          data-autofocus
          data-mantine-stop-propagation
          {...form.getInputProps('secret')}
        />
        <Button type="submit" loading={prove.isPending}>
          {t('reauth.confirm')}
        </Button>
      </Stack>
    </form>
  );
}

/** Neither a password nor a second factor: signing in anew is the only proof. */
function SignInAgain() {
  const { t } = useTranslation();
  const leave = useMutation({ mutationFn: logOut, onSettled: () => window.location.assign('/login') });
  return (
    <Stack>
      <Text size="sm">{t('reauth.noWay')}</Text>
      <Button onClick={() => leave.mutate()} loading={leave.isPending}>
        {t('reauth.signInAgain')}
      </Button>
    </Stack>
  );
}

function Proof({ onProved }: ProofProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Method | null>(null);
  const ways = useQuery({ queryKey: ['ways-to-prove'], queryFn: waysToProve, gcTime: 0 });
  if (ways.isPending) return <LoadingRows rows={2} />;
  if (ways.error) return <LoadError error={ways.error} onRetry={() => void ways.refetch()} />;
  const method = chosen ?? ways.data[0];
  if (!method) return <SignInAgain />;
  return (
    <Stack>
      <Text size="sm">{t('reauth.text')}</Text>
      {ways.data.length > 1 && (
        <SegmentedControl
          fullWidth
          aria-label={t('reauth.method')}
          value={method}
          onChange={(value) => setChosen(value as Method)}
          data={ways.data.map((each) => ({ value: each, label: t(`reauth.by.${each}`) }))}
        />
      )}
      {method === 'passkey' ? (
        <PasskeyButton use="reauthenticate" label={t('mfa.usePasskey')} onProved={onProved} />
      ) : (
        <SecretForm key={method} method={method} onProved={onProved} />
      )}
    </Stack>
  );
}

/** The one dialog that asks for proof before a sensitive call; the call goes on when it is given. */
export function ReauthenticationDialog() {
  const { t } = useTranslation();
  const [answer, setAnswer] = useState<((isProved: boolean) => void) | null>(null);
  useEffect(() => {
    let pending: ((isProved: boolean) => void) | null = null;
    const stop = onReauthentication(
      () =>
        new Promise((resolve) => {
          pending = resolve;
          setAnswer(() => resolve);
        }),
    );
    return () => {
      stop();
      pending?.(false); // nobody waits for a dialog that is gone
    };
  }, []);
  const finish = (isProved: boolean) => {
    answer?.(isProved);
    setAnswer(null);
  };
  return (
    <Modal
      opened={answer !== null}
      onClose={() => finish(false)}
      title={t('reauth.title')}
      zIndex={400}
      onKeyDown={({ key }) => key === 'Escape' && finish(false)}
      closeOnClickOutside={false}
    >
      <Proof onProved={() => finish(true)} />
    </Modal>
  );
}
