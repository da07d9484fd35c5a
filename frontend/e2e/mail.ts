import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';

const CODE = /^\s*([A-Z0-9]{3,4}-[A-Z0-9]{3,4}|[A-Z0-9]{6,8})\s*$/m;

/** The code in the newest mail to `address`; waits until there is one. */
export async function mailedCode(folder: string, address: string): Promise<string> {
  let code = '';
  const look = () => {
    const mails = readdirSync(folder)
      .map((name) => join(folder, name))
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
      .map((path) => readFileSync(path, 'utf8'))
      .filter((text) => text.includes(address));
    code = CODE.exec(mails[0] ?? '')?.[1] ?? '';
    return code;
  };
  await expect.poll(look, { timeout: 30_000, message: `a code mailed to ${address}` }).not.toBe('');
  return code;
}
