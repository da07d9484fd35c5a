import { ApiError } from '@/lib/api/errors';

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
export const TRIES = 12;

/** No answer, or one that says to come back. Anything else stays wrong however often it is sent. */
export const isWorthRetrying = (error: unknown) =>
  error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);

/** Twice as long after each failure, with some chance in it, so that many browsers do not come at once. */
export const pauseAfter = (failures: number, chance = Math.random()) =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1)) * (0.5 + chance / 2);

/** Wait; a network that comes back ends it early, an abort ends it with an error. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      window.removeEventListener('online', resolveNow);
      signal.removeEventListener('abort', stop);
    };
    const resolveNow = () => {
      end();
      resolve();
    };
    const stop = () => {
      end();
      reject(new DOMException('The upload was stopped', 'AbortError'));
    };
    const timer = setTimeout(resolveNow, ms);
    window.addEventListener('online', resolveNow);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
}
