import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { AccountFrame } from '@/features/account/account-frame';
import { authenticatorsQuery } from '@/features/account/account-queries';
import { PasskeysPanel } from '@/features/account/passkeys-panel';
import { PasswordPanel } from '@/features/account/password-panel';
import { RecoveryCodesPanel } from '@/features/account/recovery-codes-panel';
import { TotpPanel } from '@/features/account/totp-panel';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';

function SecondFactors() {
  const { data, error, isPending, refetch } = useQuery(authenticatorsQuery);
  if (isPending) return <LoadingRows rows={3} height={80} />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  const codes = data.find(({ type }) => type === 'recovery_codes');
  return (
    <>
      <TotpPanel totp={data.find(({ type }) => type === 'totp') ?? null} />
      <PasskeysPanel passkeys={data.filter(({ type }) => type === 'webauthn')} />
      {codes && <RecoveryCodesPanel codes={codes} />}
    </>
  );
}

export function SecurityPage() {
  const { t } = useTranslation();
  return (
    <AccountFrame title={t('settings.security')} description={t('security.description')}>
      <PasswordPanel />
      <SecondFactors />
    </AccountFrame>
  );
}
