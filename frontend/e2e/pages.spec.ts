import { expect, test, type Page } from '@playwright/test';
import { lookup } from '../src/testing/admin-fixtures';
import { answerTo, SIGNED_OUT } from '../src/testing/answers';
import { datasets, preview } from '../src/testing/data-fixtures';
import { apiKeys, files, models, TUNED_CHAT, TUNED_CLASSIFIER } from '../src/testing/fixtures';
import { doneJob, quote, resultFiles, runningJob } from '../src/testing/job-fixtures';
import { me } from '../src/testing/place-fixtures';
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
    const table = resultFiles[pathname.split('/').at(-2) ?? ''];
    if (pathname.endsWith('/content') && table) return route.fulfill({ body: table });
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
  await expect(page.getByTestId('quote')).toContainText('$0.06');
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
    expect.soft(await sideways(page), `${name} scrolls sideways`).toBeLessThanOrEqual(0);
  }
});

const LONG = 'a-very-long-name-without-any-place-to-break-it-'.repeat(5);
const LONG_MODEL = `ft:finery-nano:${LONG.slice(0, 60)}::a1b2c3d4:ckpt-step-800`;

/** The longest names that the platform takes, and a job without a suffix. */
async function answerLongNames(page: Page) {
  const list = (data: object[]) => ({ json: { object: 'list', data, has_more: false } });
  const named = files.map((file) => ({ ...file, filename: `${LONG}.jsonl` }));
  const jobs = [runningJob, doneJob].map((job) => ({
    ...job,
    id: `ftjob-${LONG.slice(0, 40)}`,
    user_provided_suffix: null,
    fine_tuned_model: LONG_MODEL,
  }));
  const organizations = me.organizations.map((each) => ({
    ...each,
    name: LONG.slice(0, 100),
    projects: each.projects.map((project) => ({ ...project, name: LONG.slice(0, 100) })),
  }));
  await page.route('**/v1/files', (route) => route.fulfill(list(named)));
  await page.route('**/v1/files/file-2', (route) => route.fulfill({ json: named[1] }));
  await page.route('**/v1/datasets?*', (route) =>
    route.fulfill(list(datasets.map((each) => ({ ...each, name: LONG.slice(0, 100) })))),
  );
  await page.route('**/v1/fine_tuning/jobs?*', (route) => route.fulfill(list(jobs)));
  await page.route('**/v1/fine_tuning/jobs/ftjob-2', (route) => route.fulfill({ json: jobs[1] }));
  await page.route('**/v1/models', (route) =>
    route.fulfill(list(models.map((each, at) => (at === 2 ? { ...each, id: LONG_MODEL } : each)))),
  );
  await page.route('**/api/projects/*/api_keys*', (route) =>
    route.fulfill(list(apiKeys.map((each) => ({ ...each, name: LONG.slice(0, 100) })))),
  );
  await page.route('**/api/me', (route) => route.fulfill({ json: { ...me, organizations } }));
}

/** By how many pixels the page is wider than its window. */
const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

const WITH_NAMES = [
  'overview',
  'data',
  'files',
  'file',
  'jobs',
  'job-done',
  'playground-chat',
  'keys',
  'usage',
];

for (const [width, language, scheme] of [
  [390, 'zh-CN', 'dark'],
  [390, 'en', 'light'],
  [1280, 'en', 'light'],
] as const) {
  test(`long names stay in their places at ${width} pixels, ${language}`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width, height: 844 });
    await prepare(page, language, scheme);
    await answerCalls(page, true);
    await answerLongNames(page);
    for (const name of WITH_NAMES) {
      await page.goto(PAGES[name] ?? '/');
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await page.waitForLoadState('networkidle').catch(() => undefined);
      await page.screenshot({
        path: `test-results/pages/${name}.long.${width}.${language}.png`,
        fullPage: true,
      });
      expect.soft(await sideways(page), `${name} scrolls sideways`).toBeLessThanOrEqual(0);
      if (width < 500) await expect.soft(page.locator('header button')).toBeInViewport();
    }
  });
}
