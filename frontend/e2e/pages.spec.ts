import { expect, test, type Page } from '@playwright/test';
import { lookup } from '../src/testing/admin-fixtures';
import { answerTo, SIGNED_OUT } from '../src/testing/answers';
import { TUNED_CHAT, TUNED_CLASSIFIER } from '../src/testing/fixtures';
import { quote } from '../src/testing/job-fixtures';
import { expectAccessible } from './axe';

/** Every page as built, in both languages and colour schemes, looked at by axe and kept as a picture. */

const PAGES: Record<string, string> = {
  overview: '/',
  files: '/files',
  file: '/files/file-2',
  'file-broken': '/files/file-3',
  jobs: '/fine-tuning',
  'job-running': '/fine-tuning/ftjob-1',
  'job-done': '/fine-tuning/ftjob-2',
  'job-failed': '/fine-tuning/ftjob-3',
  wizard: '/fine-tuning/new',
  'playground-chat': `/playground?model=${encodeURIComponent(TUNED_CHAT)}`,
  'playground-classify': `/playground?model=${encodeURIComponent(TUNED_CLASSIFIER)}`,
  keys: '/keys',
  usage: '/usage',
  'settings-organization': '/settings/organization',
  'settings-members': '/settings/members',
  'settings-invitations': '/settings/invitations',
  'settings-projects': '/settings/projects',
  'settings-admin-keys': '/settings/admin-keys',
  'settings-audit-log': '/settings/audit-log',
  'settings-project': '/settings/project',
  'settings-project-members': '/settings/project/members',
  'settings-service-accounts': '/settings/project/service-accounts',
  'settings-rate-limits': '/settings/project/rate-limits',
  'settings-profile': '/settings/profile',
  'settings-security': '/settings/security',
  'settings-sessions': '/settings/sessions',
  'settings-connections': '/settings/connections',
  'not-found': '/nowhere',
};

const PUBLIC_PAGES = [
  '/login',
  '/login/second-factor',
  '/signup',
  '/verify-email',
  '/forgot-password',
  '/reset-password/abc',
  '/account/provider/signup',
  '/account/provider/callback?error=cancelled',
  '/invitations/abc',
];

async function answerCalls(page: Page, isSignedIn: boolean) {
  await page.route(/^[^?]*\/(v1|api|_allauth)\//, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (!isSignedIn && pathname.endsWith('/auth/session'))
      return route.fulfill({ status: 401, json: SIGNED_OUT });
    if (pathname === '/api/invitations/lookup') return route.fulfill({ json: lookup });
    if (pathname === '/v1/fine_tuning/quotes') return route.fulfill({ json: quote });
    const json = answerTo(pathname);
    return json === undefined
      ? route.fulfill({ status: 404, json: { error: { message: 'No such thing', code: 'not_found' } } })
      : route.fulfill({ json });
  });
}

async function prepare(page: Page, language: string, scheme: 'light' | 'dark') {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  await page.addInitScript((value) => localStorage.setItem('finery.language', value), language);
}

for (const [language, scheme] of [
  ['en', 'light'],
  ['zh-CN', 'dark'],
] as const) {
  test(`pages in ${language}, ${scheme}`, async ({ page }) => {
    test.setTimeout(180_000);
    await prepare(page, language, scheme);
    await answerCalls(page, true);
    for (const [name, path] of Object.entries(PAGES)) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await page.waitForLoadState('networkidle').catch(() => undefined);
      await page.screenshot({ path: `test-results/pages/${name}.${language}.png`, fullPage: true });
      await expectAccessible(page, name);
    }
  });

  test(`public pages in ${language}, ${scheme}`, async ({ page }) => {
    await prepare(page, language, scheme);
    await answerCalls(page, false);
    for (const path of PUBLIC_PAGES) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await page.screenshot({
        path: `test-results/pages/public${path.replace(/\?.*/, '').replaceAll('/', '-')}.${language}.png`,
      });
      await expectAccessible(page, path);
    }
  });
}

test('the wizard from the first step to the quote, on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await prepare(page, 'en', 'light');
  await answerCalls(page, true);
  await page.goto('/fine-tuning/new?file=file-1');
  await page.getByRole('radio', { name: 'finery-nano' }).click();
  for (const step of ['Choose a method', 'Choose your data', 'Settings', 'Review and launch']) {
    await page.getByRole('button', { name: 'Next' }).click();
    await expect(page.getByRole('group', { name: step })).toBeVisible();
    await page.screenshot({
      path: `test-results/pages/wizard-${step.replaceAll(' ', '-')}.phone.png`,
      fullPage: true,
    });
    await expectAccessible(page, step);
  }
  await expect(page.getByTestId('quote')).toContainText('$0.0504');
});
