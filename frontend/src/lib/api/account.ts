import { ask, type AuthenticatorType } from '@/lib/api/allauth';

/** A signed-in person's own account, at allauth. Times are Unix seconds, with fractions. */

export interface Authenticator {
  type: AuthenticatorType;
  created_at: number;
  last_used_at: number | null;
  id?: number;
  name?: string;
  total_code_count?: number;
  unused_code_count?: number;
  unused_codes?: string[];
}

export interface TotpSetup {
  secret: string;
  totp_url: string;
}

export interface BrowserSession {
  id: number;
  user_agent: string;
  ip: string;
  created_at: number;
  last_seen_at?: number;
  is_current: boolean;
}

export interface Provider {
  id: string;
  name: string;
}

export interface ConnectedAccount {
  uid: string;
  display: string;
  provider: Provider;
}

export interface AuthConfig {
  account?: { is_open_for_signup?: boolean };
  socialaccount?: { providers: Provider[] };
  mfa?: { supported_types: AuthenticatorType[]; passkey_login_enabled?: boolean };
}

const AUTHENTICATORS = 'account/authenticators';
const NONE = 404;

export const getAuthConfig = async (signal?: AbortSignal) =>
  (await ask<AuthConfig>('config', { signal })).data ?? {};

export const listAuthenticators = async (signal?: AbortSignal) =>
  (await ask<Authenticator[]>(AUTHENTICATORS, { signal })).data ?? [];

/** What the authenticator app needs; asking again makes a new secret. */
export async function beginTotp(): Promise<TotpSetup> {
  const { meta } = await ask<Authenticator, TotpSetup>(`${AUTHENTICATORS}/totp`, {}, [NONE]);
  return { secret: meta?.secret ?? '', totp_url: meta?.totp_url ?? '' };
}

export const activateTotp = (code: string) =>
  ask<Authenticator>(`${AUTHENTICATORS}/totp`, { method: 'POST', body: { code } });

export const deactivateTotp = () => ask(`${AUTHENTICATORS}/totp`, { method: 'DELETE' });

const RECOVERY_CODES = `${AUTHENTICATORS}/recovery-codes`;

export const viewRecoveryCodes = async () => (await ask<Authenticator>(RECOVERY_CODES)).data;

export const renewRecoveryCodes = async () =>
  (await ask<Authenticator>(RECOVERY_CODES, { method: 'POST', body: {} })).data;

const PASSKEYS = `${AUTHENTICATORS}/webauthn`;

/** With `passwordless`, the key alone signs in; without, it is a second step only. */
export async function beginPasskey(): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { data } = await ask<{ creation_options: { publicKey: PublicKeyCredentialCreationOptionsJSON } }>(
    PASSKEYS,
    { query: { passwordless: '' } },
  );
  if (!data) throw new Error('No options for a passkey');
  return data.creation_options.publicKey;
}

export const addPasskey = (name: string, credential: unknown) =>
  ask<Authenticator>(PASSKEYS, { method: 'POST', body: { name, credential } });

export const removePasskey = (id: number) =>
  ask(PASSKEYS, { method: 'DELETE', body: { authenticators: [id] } });

export const changePassword = (body: { current_password?: string; new_password: string }) =>
  ask('account/password/change', { method: 'POST', body }, [200, 401]);

export const listSessions = async (signal?: AbortSignal) =>
  (await ask<BrowserSession[]>('auth/sessions', { signal })).data ?? [];

export const endSessions = (sessions: number[]) =>
  ask('auth/sessions', { method: 'DELETE', body: { sessions } }, [200, 401]);

export const listConnected = async (signal?: AbortSignal) =>
  (await ask<ConnectedAccount[]>('account/providers', { signal })).data ?? [];

export const disconnect = ({ provider, uid }: ConnectedAccount) =>
  ask('account/providers', { method: 'DELETE', body: { provider: provider.id, account: uid } });
