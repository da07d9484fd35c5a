import { expect, test, type Page } from '@playwright/test';
import { lookup } from '../src/testing/admin-fixtures';
import { answerTo, SIGNED_OUT } from '../src/testing/answers';
import { preview } from '../src/testing/data-fixtures';
import { TUNED_CHAT, TUNED_CLASSIFIER } from '../src/testing/fixtures';
import { quote } from '../src/testing/job-fixtures';
import { expectAccessible } from './axe';

/** Every page as built, in both languages and colour schemes, looked at by axe and kept as a picture. */

const PAGES: Record<string, string> = {
  overview: '/',
  data: '/data',
  files: '/files',
  dataset: '/data/dataset_1',
  file: '/files/file-2',
  'file-broken': '/files/file-3',
  'file-reading': '/files/file-4',
  'file-rows': '/files/file-2?view=rows',
  'file-row': '/files/file-2?view=rows&line=2&open=2&path=text',
  'file-tokens': '/files/file-1?view=tokens',
  'file-columns': '/files/file-2?view=columns',
  'file-lineage': '/files/file-2?view=lineage',
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
    if (pathname.endsWith('/mapping')) return route.fulfill({ json: preview });
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
    test.setTimeout(300_000);
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

test('data on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await prepare(page, 'zh-CN', 'light');
  await answerCalls(page, true);
  for (const name of ['data', 'dataset', 'file', 'file-rows', 'file-row', 'file-tokens', 'file-columns']) {
    await page.goto(PAGES[name] ?? '/');
    await expect(page.getByRole('heading', { level: 1 })).toBeAttached();
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await page.screenshot({ path: `test-results/pages/${name}.phone.png`, fullPage: true });
    await expectAccessible(page, `${name} on a phone`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect.soft(overflow, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
  }
});
