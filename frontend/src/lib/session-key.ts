import { request, type Scope } from '@/lib/api/client';
import { ApiError } from '@/lib/api/errors';
import type { SessionKey } from '@/lib/api/types';

/** The playground's key: in memory only, one per project, renewed before it ends. */
const RENEW_BEFORE_SECONDS = 120;
const held = new Map<string, SessionKey>();
const asked = new Map<string, Promise<SessionKey>>(); // calls that start together share one

export function forgetSessionKeys(): void {
  held.clear();
  asked.clear();
}

function askForKey(scope: Scope): Promise<SessionKey> {
  const { projectId } = scope;
  const pending = asked.get(projectId);
  if (pending) return pending;
  const path = `/api/projects/${projectId}/session_keys`;
  const call = request<SessionKey>(path, { method: 'POST', scope }).finally(() => asked.delete(projectId));
  asked.set(projectId, call);
  return call;
}

async function getSessionKey(scope: Scope): Promise<string> {
  const key = held.get(scope.projectId);
  if (key && key.expires_at - RENEW_BEFORE_SECONDS > Date.now() / 1000) return key.value;
  const fresh = await askForKey(scope);
  held.set(scope.projectId, fresh);
  return fresh.value;
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Gateways learn of a new key within a second; a 401 before that is asked again. */
const RETRY_AFTER_MS = [300, 900];

/** Call the gateway with the session's key. A key that stays refused is thrown away. */
export async function withSessionKey<T>(scope: Scope, call: (key: string) => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call(await getSessionKey(scope));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      const pause = RETRY_AFTER_MS[attempt];
      if (pause === undefined) {
        held.delete(scope.projectId);
        throw error;
      }
      await wait(pause);
    }
  }
}
