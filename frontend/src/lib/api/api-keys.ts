import { request, type Scope } from '@/lib/api/client';
import type { ApiKey, CreatedApiKey, Page } from '@/lib/api/types';

const path = (scope: Scope) => `/api/projects/${scope.projectId}/api_keys`;

export const listApiKeys = (scope: Scope, signal?: AbortSignal) =>
  request<Page<ApiKey>>(path(scope), { scope, signal });

export const createApiKey = (scope: Scope, name: string) =>
  request<CreatedApiKey>(path(scope), { method: 'POST', scope, body: { name } });

export const revokeApiKey = (scope: Scope, keyId: string) =>
  request<{ id: string; deleted: boolean }>(`${path(scope)}/${keyId}`, { method: 'DELETE', scope });
