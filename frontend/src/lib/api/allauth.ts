import { jsonOf, send, type RequestOptions } from '@/lib/api/client';
import { ApiError } from '@/lib/api/errors';
import { announceLogOut } from '@/lib/tabs';

/** django-allauth's headless browser client. A 401 names the next flow: it is an answer, not an error. */
export const ROOT = '/_allauth/browser/v1';

export type FlowId =
  | 'login'
  | 'signup'
  | 'verify_email'
  | 'password_reset_by_code'
  | 'mfa_authenticate'
  | 'provider_signup'
  | (string & {});

export type AuthenticatorType = 'totp' | 'recovery_codes' | 'webauthn';

interface Flow {
  id: FlowId;
  is_pending?: boolean;
  types?: AuthenticatorType[];
}

interface SessionData {
  user?: { email?: string; display?: string; has_usable_password?: boolean };
  flows?: Flow[];
  /** How and when, in Unix seconds, the session was proved. */
  methods?: { at: number }[];
}

interface AnswerMeta {
  is_authenticated?: boolean;
}

export interface Answer<Data = SessionData, Meta = AnswerMeta> {
  status: number;
  data?: Data;
  meta?: Meta;
  errors?: { message: string; code: string; param?: string }[];
}

export interface Session {
  isAuthenticated: boolean;
  email: string | null;
  hasPassword: boolean;
  /** The flow that waits for the user, for example `verify_email`. */
  pendingFlow: FlowId | null;
  /** What the second step of a login may be proved with. */
  secondFactors: AuthenticatorType[];
}

/** What the user typed was refused; one entry for each field, `''` for the form as a whole. */
export class RefusedInput extends ApiError {
  readonly fields: Record<string, string>;

  constructor(status: number, errors: NonNullable<Answer['errors']>) {
    const first = errors[0];
    super(first?.message ?? `HTTP ${status}`, { status, code: first?.code, param: first?.param });
    this.name = 'RefusedInput';
    this.fields = Object.fromEntries(errors.map((error) => [error.param ?? '', error.message]));
  }
}

/** The flow that a step belongs to has ended: it expired, was refused too often, or was completed elsewhere. */
export const isStepOver = (error: unknown) => error instanceof RefusedInput && error.status === 409;

function sessionFrom({ data, meta }: Answer): Session {
  const pending = data?.flows?.find((flow) => flow.is_pending);
  return {
    isAuthenticated: meta?.is_authenticated ?? false,
    email: data?.user?.email ?? null,
    hasPassword: data?.user?.has_usable_password ?? true,
    pendingFlow: pending?.id ?? null,
    secondFactors: pending?.types ?? [],
  };
}

const NEXT_FLOW = [200, 401, 410];
const REAUTHENTICATION = { status: 401, code: 'reauthentication_required' };

const isSignedIn = (answer: Answer<unknown, unknown> | null) =>
  (answer?.meta as Answer['meta'])?.is_authenticated === true;

/** Ask allauth; only the statuses in `accepted` are answers. */
export async function ask<Data, Meta = unknown>(
  path: string,
  options: RequestOptions = {},
  accepted = [200],
): Promise<Answer<Data, Meta>> {
  const response = await send(`${ROOT}/${path}`, options);
  const answer = (await jsonOf(response)) as Answer<Data, Meta> | null;
  if (answer && accepted.includes(response.status) && !answer.errors?.length) return answer;
  if (response.status === 401 && isSignedIn(answer)) throw new ApiError('', REAUTHENTICATION);
  throw new RefusedInput(response.status, answer?.errors ?? []);
}

async function step(path: string, options: RequestOptions = {}): Promise<Session> {
  return sessionFrom(await ask<SessionData, AnswerMeta>(path, options, NEXT_FLOW));
}

const FRESH_SECONDS = 240; // the server's five minutes, less what a click takes

/** Whether the last proof still suffices for something sensitive, by the server's clock. */
export async function isSessionFresh(): Promise<boolean> {
  const response = await send(`${ROOT}/auth/session`);
  const { data } = (await jsonOf(response)) as Answer;
  const now = Date.parse(response.headers.get('Date') ?? '') || Date.now();
  return data?.methods?.some(({ at }) => now / 1000 - at < FRESH_SECONDS) ?? false;
}

export const getSession = (signal?: AbortSignal) => step('auth/session', { signal });

export const signUp = (body: { email: string; password: string }) =>
  step('auth/signup', { method: 'POST', body });

export const logIn = (body: { email: string; password: string }) =>
  step('auth/login', { method: 'POST', body });

export const logOut = () => step('auth/session', { method: 'DELETE' }).finally(announceLogOut);

export const verifyEmail = (key: string) => step('auth/email/verify', { method: 'POST', body: { key } });

export const resendVerification = () => step('auth/email/verify/resend', { method: 'POST' });

export const requestPasswordReset = (email: string) =>
  step('auth/password/request', { method: 'POST', body: { email } });

export const resetPassword = (body: { key: string; password: string }) =>
  step('auth/password/reset', { method: 'POST', body });

/** The second step of a login: a code of the authenticator app, or a recovery code. */
export const sendSecondFactor = (code: string) =>
  step('auth/2fa/authenticate', { method: 'POST', body: { code } });

export const reauthenticateByPassword = (password: string) =>
  step('auth/reauthenticate', { method: 'POST', body: { password } });

export const reauthenticateByCode = (code: string) =>
  step('auth/2fa/reauthenticate', { method: 'POST', body: { code } });

/** Signing in by a passkey: at login, as its second step, or once more before a sensitive call. */
export type PasskeyUse = 'login' | 'authenticate' | 'reauthenticate';

export async function passkeyOptions(use: PasskeyUse): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { data } = await ask<{ request_options: { publicKey: PublicKeyCredentialRequestOptionsJSON } }>(
    `auth/webauthn/${use}`,
  );
  if (!data) throw new RefusedInput(200, []);
  return data.request_options.publicKey;
}

export const sendPasskey = (use: PasskeyUse, credential: unknown) =>
  step(`auth/webauthn/${use}`, { method: 'POST', body: { credential } });

export const completeProviderSignup = (body: { email: string }) =>
  step('auth/provider/signup', { method: 'POST', body });
