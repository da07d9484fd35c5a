import { request, type Scope } from '@/lib/api/client';
import type { ApiKey, ApiKeyBounds, CreatedApiKey, Page } from '@/lib/api/types';

const path = (scope: Scope, ...rest: string[]) =>
  ['/api/projects', scope.projectId, 'api_keys', ...rest].join('/');

export type NewApiKey = { name: string; expires_in_seconds?: number } & Partial<ApiKeyBounds>;

export const listApiKeys = (scope: Scope, after?: string, signal?: AbortSignal) =>
  request<Page<ApiKey>>(path(scope), { scope, signal, query: { after } });

export const createApiKey = (scope: Scope, body: NewApiKey) =>
  request<CreatedApiKey>(path(scope), { method: 'POST', scope, body });

export const changeApiKey = (scope: Scope, keyId: string, body: { name: string } & ApiKeyBounds) =>
  request<ApiKey>(path(scope, keyId), { method: 'POST', scope, body });

export const rotateApiKey = (scope: Scope, keyId: string, overlap_seconds: number) =>
  request<CreatedApiKey>(path(scope, keyId, 'rotate'), { method: 'POST', scope, body: { overlap_seconds } });

export const revokeApiKey = (scope: Scope, keyId: string) =>
  request<{ id: string; deleted: boolean }>(path(scope, keyId), { method: 'DELETE', scope });
