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
