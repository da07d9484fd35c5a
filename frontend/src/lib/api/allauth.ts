import { jsonOf, send, type RequestOptions } from '@/lib/api/client';
import { ApiError } from '@/lib/api/errors';

/** django-allauth's headless browser client. A 401 names the next flow: it is an answer, not an error. */
const ROOT = '/_allauth/browser/v1';

export type FlowId = 'login' | 'signup' | 'verify_email' | 'password_reset_by_code' | (string & {});

interface Answer {
  status: number;
  data?: { user?: { email?: string; display?: string }; flows?: { id: FlowId; is_pending?: boolean }[] };
  meta?: { is_authenticated?: boolean };
  errors?: { message: string; code: string; param?: string }[];
}

export interface Session {
  isAuthenticated: boolean;
  email: string | null;
  /** The flow that waits for the user, for example `verify_email`. */
  pendingFlow: FlowId | null;
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

function sessionFrom(answer: Answer): Session {
  return {
    isAuthenticated: answer.meta?.is_authenticated ?? false,
    email: answer.data?.user?.email ?? null,
    pendingFlow: answer.data?.flows?.find((flow) => flow.is_pending)?.id ?? null,
  };
}

const NEXT_FLOW = [200, 401, 410];

async function call(path: string, options: RequestOptions = {}): Promise<Session> {
  const response = await send(`${ROOT}/${path}`, options);
  const answer = (await jsonOf(response)) as Answer | null;
  if (answer && NEXT_FLOW.includes(response.status) && !answer.errors?.length) return sessionFrom(answer);
  throw new RefusedInput(response.status, answer?.errors ?? []);
}

export const getSession = (signal?: AbortSignal) => call('auth/session', { signal });

export const signUp = (body: { email: string; password: string }) =>
  call('auth/signup', { method: 'POST', body });

export const logIn = (body: { email: string; password: string }) =>
  call('auth/login', { method: 'POST', body });

export const logOut = () => call('auth/session', { method: 'DELETE' });

export const verifyEmail = (key: string) => call('auth/email/verify', { method: 'POST', body: { key } });

export const resendVerification = () => call('auth/email/verify/resend', { method: 'POST' });

export const requestPasswordReset = (email: string) =>
  call('auth/password/request', { method: 'POST', body: { email } });

export const resetPassword = (body: { key: string; password: string }) =>
  call('auth/password/reset', { method: 'POST', body });
