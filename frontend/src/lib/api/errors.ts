interface ErrorFields {
  status: number;
  code?: string | null;
  param?: string | null;
  type?: string | null;
}

/** A call that was answered with an error, or not at all (`status` 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string | null;
  readonly param: string | null;
  readonly type: string | null;

  constructor(message: string, { status, code = null, param = null, type = null }: ErrorFields) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.param = param;
    this.type = type;
  }
}

export const NETWORK_ERROR = 'network_error';

/** Build the error from OpenAI's body; any other body gives the status only. */
export function errorFromBody(status: number, body: unknown): ApiError {
  const error = (body as { error?: unknown } | null)?.error;
  if (typeof error === 'object' && error !== null) {
    const { message, code, param, type } = error as Record<string, string | null | undefined>;
    return new ApiError(message ?? `HTTP ${status}`, { status, code, param, type });
  }
  return new ApiError(`HTTP ${status}`, { status, code: `http_${status}` });
}

/** The ways in which the server says no that have a page of their own. */
export type RefusalKind =
  | 'signedOut'
  | 'forbidden'
  | 'readOnly'
  | 'archived'
  | 'wrongAccount'
  | 'invitation'
  | 'notFound'
  | 'offline'
  | 'unavailable';

const BY_CODE: Record<string, RefusalKind> = {
  insufficient_permissions: 'forbidden',
  impersonation_read_only: 'readOnly',
  project_archived: 'archived',
  wrong_account: 'wrongAccount',
  [NETWORK_ERROR]: 'offline',
};

const BY_STATUS: Record<number, RefusalKind> = {
  401: 'signedOut',
  404: 'notFound',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

export function refusalKind(error: unknown): RefusalKind | null {
  if (!(error instanceof ApiError)) return null;
  if (error.code === 'reauthentication_required') return null;
  return BY_CODE[error.code ?? ''] ?? BY_STATUS[error.status] ?? null;
}

/** The action that was missing, for showing: a 403's `param`, or named in its message. */
export function missingAction(error: unknown): string | null {
  if (!(error instanceof ApiError) || error.code !== 'insufficient_permissions') return null;
  return error.param ?? /\b[a-z_]+\.[a-z_]+\b/.exec(error.message)?.[0] ?? null;
}
