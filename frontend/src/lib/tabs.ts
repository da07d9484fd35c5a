/** A log-out is one for the whole browser: this tab's goes through storage, which tells only the other tabs. */
const STORED = 'finery.logged-out';

export const announceLogOut = () => localStorage.setItem(STORED, String(Date.now()));

/** Call `listener` when another tab logs out. Returns the way to stop. */
export function onLogOutElsewhere(listener: () => void): () => void {
  const onStorage = ({ key }: StorageEvent) => {
    if (key === STORED) listener();
  };
  window.addEventListener('storage', onStorage);
  return () => window.removeEventListener('storage', onStorage);
}
