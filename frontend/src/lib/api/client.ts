import { ApiError, errorFromBody, NETWORK_ERROR } from '@/lib/api/errors';
import { isReauthenticationRequired, reauthenticate } from '@/lib/api/reauthentication';

/** The organization that a call is about. */
export interface OrganizationScope {
  tenantId: string;
}

/** Whose data a call is about. The first argument of everything that reads or writes tenant data. */
export interface Scope extends OrganizationScope {
  projectId: string;
}

type QueryValue = string | number | undefined | string[];

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'DELETE' | 'PUT' | 'PATCH';
  scope?: Scope | OrganizationScope;
  body?: unknown;
  query?: Record<string, QueryValue>;
  bearer?: string;
  signal?: AbortSignal;
}

const CSRF_COOKIES = ['__Host-csrftoken=', 'csrftoken=']; // over HTTPS, and without

export function csrfToken(): string {
  const cookies = document.cookie.split('; ');
  for (const name of CSRF_COOKIES) {
    const found = cookies.find((cookie) => cookie.startsWith(name));
    if (found) return decodeURIComponent(found.slice(name.length));
  }
  return '';
}

const ORGANIZATION_PATH = '/v1/organization/';

function scopeHeaders(path: string, scope: Scope | OrganizationScope): Record<string, string> {
  return {
    ...(path.startsWith(ORGANIZATION_PATH) && { 'OpenAI-Organization': scope.tenantId }),
    ...('projectId' in scope && { 'OpenAI-Project': scope.projectId }),
  };
}

/** The headers that every control-plane call carries. */
export function callHeaders(path: string, options: RequestOptions): Record<string, string> {
  const { scope, bearer, method = 'GET', body } = options;
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Accept-Language': document.documentElement.lang, // the reader's choice, not the browser's
  };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (scope) Object.assign(headers, scopeHeaders(path, scope));
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  else if (method !== 'GET') headers['X-CSRFToken'] = csrfToken();
  return headers;
}

function withQuery(path: string, query: Record<string, QueryValue> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined) search.append(name, String(item));
    }
  }
  return search.size > 0 ? `${path}?${search}` : path;
}

async function sendOnce(path: string, options: RequestOptions): Promise<Response> {
  const { method = 'GET', body, query, bearer, signal } = options;
  try {
    return await fetch(withQuery(path, query), {
      method,
      headers: callHeaders(path, options),
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: bearer ? 'omit' : 'same-origin',
      signal,
    });
  } catch (reason) {
    if (signal?.aborted) throw reason;
    throw new ApiError(String(reason), { status: 0, code: NETWORK_ERROR });
  }
}

/**
 * Send a call and answer the raw response, whatever its status. Throws only when there was no answer.
 * A sensitive call that the server wants proved again is repeated once the user has done so.
 */
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  const response = await sendOnce(path, options);
  if (!(await isReauthenticationRequired(response))) return response;
  return (await reauthenticate()) ? sendOnce(path, options) : response;
}

export async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

/** Send a call and answer its JSON, or throw an ApiError. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(path, options);
  const body = await jsonOf(response);
  if (!response.ok) throw errorFromBody(response.status, body);
  return body as T;
}
