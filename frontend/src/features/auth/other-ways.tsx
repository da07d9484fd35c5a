import { Divider, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFollowSession } from '@/features/auth/use-auth-step';
import { PasskeyButton } from '@/components/ui/passkey-button';
import { ProviderForm } from '@/components/ui/provider-form';
import { arePasskeysSupported } from '@/lib/passkeys';
import { authConfigQuery } from '@/lib/queries/session';

interface OtherWaysProps {
  next?: string;
  /** Signing up knows no passkeys. */
  isLogin?: boolean;
}

/** What this installation offers beside a password: passkeys, and accounts elsewhere. */
export function OtherWays({ next, isLogin = false }: OtherWaysProps) {
  const { t } = useTranslation();
  const { data: config } = useQuery(authConfigQuery);
  const follow = useFollowSession({ next });
  const providers = config?.socialaccount?.providers ?? [];
  const isPasskeyOffered = isLogin && config?.mfa?.passkey_login_enabled && arePasskeysSupported();
  if (providers.length === 0 && !isPasskeyOffered) return null;
  return (
    <Stack>
      <Divider label={t('auth.or')} />
      {isPasskeyOffered && <PasskeyButton use="login" label={t('auth.logInByPasskey')} onProved={follow} />}
      {providers.map((provider) => (
        <ProviderForm
          key={provider.id}
          provider={provider}
          process="login"
          next={next}
          label={t('auth.continueWith', { name: provider.name })}
          isFullWidth
        />
      ))}
    </Stack>
  );
}
