import { ApiError, errorFromBody, NETWORK_ERROR } from '@/lib/api/errors';

/** Whose data a call is about. The first argument of everything that reads or writes tenant data. */
export interface Scope {
  tenantId: string;
  projectId: string;
}

type QueryValue = string | number | undefined | string[];

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'DELETE' | 'PUT' | 'PATCH';
  scope?: Scope;
  body?: unknown;
  query?: Record<string, QueryValue>;
  bearer?: string;
  signal?: AbortSignal;
}

export function csrfToken(): string {
  const found = document.cookie.split('; ').find((cookie) => cookie.startsWith('csrftoken='));
  return found ? decodeURIComponent(found.slice('csrftoken='.length)) : '';
}

/** The headers that every control-plane call carries. */
export function callHeaders({ scope, bearer, method = 'GET', body }: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (scope) headers['OpenAI-Project'] = scope.projectId;
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

/** Send a call and answer the raw response, whatever its status. Throws only when there was no answer. */
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = 'GET', body, query, bearer, signal } = options;
  try {
    return await fetch(withQuery(path, query), {
      method,
      headers: callHeaders(options),
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: bearer ? 'omit' : 'same-origin',
      signal,
    });
  } catch (reason) {
    if (signal?.aborted) throw reason;
    throw new ApiError(String(reason), { status: 0, code: NETWORK_ERROR });
  }
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
