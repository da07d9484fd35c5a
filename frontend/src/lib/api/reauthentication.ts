/**
 * The server asks a signed-in user to prove once more who they are before a sensitive call. One dialog does
 * that for the whole app (see components/ui/reauthentication-dialog); `send` repeats the call afterwards.
 */
type Ask = () => Promise<boolean>;

const nobody: Ask = () => Promise.resolve(false);
let ask: Ask = nobody;
let asked: Promise<boolean> | null = null;

/** Say who asks the user; answers how to stop that. */
export function onReauthentication(handler: Ask): () => void {
  ask = handler;
  return () => {
    if (ask === handler) ask = nobody;
  };
}

/** Whether the user proved it. Calls that need it together share one question. */
export function reauthenticate(): Promise<boolean> {
  asked ??= ask().finally(() => {
    asked = null;
  });
  return asked;
}

interface Body {
  error?: { code?: string | null };
  meta?: { is_authenticated?: boolean };
}

/** Our API says it with a code; allauth with a 401 to somebody who is signed in. */
export async function isReauthenticationRequired(response: Response): Promise<boolean> {
  if (response.status !== 401 && response.status !== 403) return false;
  const body = (await response
    .clone()
    .json()
    .catch(() => null)) as Body | null;
  if (response.status === 401) return body?.meta?.is_authenticated === true;
  return body?.error?.code === 'reauthentication_required';
}
