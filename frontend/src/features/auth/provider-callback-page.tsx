import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useFollowSession } from '@/features/auth/use-auth-step';
import { ErrorNote } from '@/components/ui/error-note';
import { LinkButton } from '@/components/ui/links';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { PublicTitle } from '@/components/ui/public-title';
import { getSession } from '@/lib/api/allauth';
import { ApiError } from '@/lib/api/errors';
import { reauthenticate } from '@/lib/api/reauthentication';

const KNOWN = ['cancelled', 'denied', 'signup_closed', 'email_taken', 'reauthentication_required'] as const;

/** Why a provider did not let the user in, by allauth's code. */
function Failed({ code, next }: { code: string; next?: string }) {
  const { t } = useTranslation();
  const known = KNOWN.find((each) => each === code) ?? 'unknown';
  const router = useRouter();
  const prove = async () => {
    if (await reauthenticate()) await router.navigate({ to: '/settings/connections' });
  };
  const error = new ApiError(t(`provider.error.${known}`), { status: 400, code });
  return (
    <>
      <ErrorNote error={error} title={t('auth.failed')} />
      {known === 'reauthentication_required' && (
        <Button onClick={() => void prove()}>{t('reauth.confirm')}</Button>
      )}
      <LinkButton to={next?.startsWith('/settings') ? '/settings/connections' : '/login'} search={{}}>
        {t('actions.back')}
      </LinkButton>
    </>
  );
}

/** The session as it is after the provider's answer, never the one from before. */
function Following({ next }: { next?: string }) {
  const follow = useFollowSession({ next });
  const { data, error, refetch } = useQuery({
    queryKey: ['provider-callback'],
    queryFn: ({ signal }) => getSession(signal),
    gcTime: 0,
  });
  useEffect(() => {
    if (data) void follow(data);
    // Once, for the answer: `follow` is new at each render.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [data]);
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (data && !data.isAuthenticated && !data.pendingFlow) return <Failed code="unknown" next={next} />;
  return <LoadingRows rows={2} />;
}

/** Where an identity provider sends the browser back to. */
export function ProviderCallbackPage() {
  const { t } = useTranslation();
  const { next, error } = useSearch({ from: '/open/account/provider/callback' });
  return (
    <PublicTitle title={t('provider.title')}>
      {error ? <Failed code={error} next={next} /> : <Following next={next} />}
    </PublicTitle>
  );
}
