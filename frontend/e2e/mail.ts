import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';

const CODE = /^\s*([A-Z0-9]{3,4}-[A-Z0-9]{3,4}|[A-Z0-9]{6,8})\s*$/m;
const INVITATION = /https?:\/\/[^/\s]+(\/invitations\/[\w.~-]+)/;

/** What `pattern` finds in the newest mail to `address`; waits until there is one. */
async function mailed(folder: string, address: string, pattern: RegExp): Promise<string> {
  let found = '';
  const look = () => {
    const mails = readdirSync(folder)
      .map((name) => join(folder, name))
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
      .map((path) => readFileSync(path, 'utf8'))
      .filter((text) => text.includes(address));
    found = pattern.exec(mails[0] ?? '')?.[1] ?? '';
    return found;
  };
  await expect.poll(look, { timeout: 30_000, message: `a mail to ${address}` }).not.toBe('');
  return found;
}

export const mailedCode = (folder: string, address: string) => mailed(folder, address, CODE);

/** The path of the page where an invitation is accepted. */
export const mailedInvitation = (folder: string, address: string) => mailed(folder, address, INVITATION);
