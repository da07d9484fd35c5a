import { useSyncExternalStore } from 'react';

const STEP_MS = 10_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach((tell) => tell()), STEP_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const current = () => Math.floor(Date.now() / STEP_MS) * (STEP_MS / 1000);

/** The time in Unix seconds, in steps of ten: what shows it moves on by itself. One timer serves all. */
export const useNow = (): number => useSyncExternalStore(subscribe, current);
