import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { expect, type Page, type Route } from '@playwright/test';
import { env, filled, nameOrganization, newAddress, signUp, Walker, type Language } from './walker';
import { test } from './watched';

/** Data on a running platform: from a table with faults to a sound version, and an upload that was cut off. */

const FOLDER = 'data';

const TEXTS: Record<Language, [text: (at: number) => string, label: string][]> = {
  en: [
    [(at) => `Where is my parcel number ${at}? It has not come yet`, 'delivery'],
    [(at) => `I want my money back for order ${at}, please`, 'refund'],
    [(at) => `The password of account ${at} does not work any more`, 'account'],
  ],
  'zh-CN': [
    [(at) => `我的第 ${at} 号包裹在哪里？到现在还没有送到`, '物流'],
    [(at) => `请把订单 ${at} 的钱退还给我，谢谢`, '退款'],
    [(at) => `账户 ${at} 的密码不能用了，请帮忙重置`, '账户'],
  ],
};

const GOOD_ROWS = 36;
const HELD_OUT = [6, 7, 8]; // of these, by a split of 20 %: rows that are alike stay together
const FAULTY = ['A text without any label,', ',delivery', 'And another one without a label,'];

/** A file of its own folder, by its name. */
function written(name: string, content: string | Buffer): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'finery-')), name);
  writeFileSync(file, content);
  return file;
}

function table(language: Language): string {
  const kinds = TEXTS[language];
  const good = Array.from({ length: GOOD_ROWS }, (_, at) => {
    const [text, label] = kinds[at % kinds.length] ?? kinds[0]!;
    return `"${text(at)}",${label}`;
  });
  return written('intents.csv', ['text,label', ...good, good[0], ...FAULTY].join('\n'));
}

async function found(walker: Walker) {
  await walker.page.goto('/signup');
  await walker.speak();
  await signUp(walker, newAddress('data'));
  await nameOrganization(walker, 'Data House');
  await walker.page.goto('/data');
  await walker.title(walker.words.nav.data);
}

const files = (walker: Walker) => walker.page.getByLabel(walker.words.uploads.choose);
const version = ({ words }: Walker, number: number) =>
  filled(words.datasets.version, { version: String(number) });

async function uploadAndRead(walker: Walker) {
  const { page, words } = walker;
  await files(walker).setInputFiles(table(walker.language));
  await expect(page.locator('[data-status=error]')).toBeVisible();
  await page.getByRole('link', { name: 'intents.csv' }).click();
  await page.getByRole('link', { name: version(walker, 1) }).click();
  await expect(page.getByRole('heading', { name: words.report.toDo })).toBeVisible();
  const errors = page.getByRole('region', { name: words.report.errors });
  await expect(errors.getByRole('row')).toHaveCount(1 + FAULTY.length);
  await walker.look('report');
  const line = filled(words.rows.openLine, { line: String(GOOD_ROWS + 3) });
  await errors.getByRole('link', { name: line }).click();
  await expect(walker.dialog().locator('[data-marked]')).toBeVisible();
  await walker.look('bad-row');
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: words.files.view.report }).click();
}

async function applyFixes(walker: Walker) {
  const { page, words } = walker;
  await expect(page.getByRole('checkbox', { name: words.fix.drop_rows })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: words.fix.drop_duplicates })).toBeChecked();
  await walker.press(words.report.applyFixes);
  await expect(
    page.getByText(filled(words.datasets.versionInDataset, { version: '2', name: 'intents.csv' })),
  ).toBeVisible();
  await expect(page.getByText(words.report.goodTitle)).toBeVisible();
  await walker.look('fixed');
}

async function seeRows(walker: Walker) {
  const { page, words } = walker;
  await page.getByRole('tab', { name: words.files.view.rows }).click();
  const rows = page.getByRole('region', { name: words.rows.title }).getByRole('row');
  await expect(rows).toHaveCount(1 + GOOD_ROWS);
  const wanted = TEXTS[walker.language][1]?.[0](4) ?? '';
  await walker.fill(words.rows.search, wanted);
  await expect(rows).toHaveCount(2);
  await rows.nth(1).getByRole('button').click();
  await expect(walker.dialog().getByText(wanted)).toBeVisible();
  await expect(walker.dialog().getByText(words.lineage.inVersions)).toBeVisible();
  await walker.look('row');
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: words.files.view.columns }).click();
  await expect(page.getByTestId('mapping-sample')).toBeVisible();
  await page.getByRole('tab', { name: words.files.view.tokens }).click();
  await expect(page.getByText(words.tokens.maxLength)).toBeVisible();
  await walker.look('tokens');
}

async function split(walker: Walker) {
  const { page, words } = walker;
  await walker.press(words.operations.new);
  await page.getByRole('menuitem', { name: words.operations.split }).click();
  await walker.press(words.operations.make, walker.dialog());
  const versions = page.getByRole('region', { name: words.datasets.versions });
  await expect(versions.locator('[data-status=processed]')).toHaveCount(3);
  await walker.choose(words.diff.from, version(walker, 2));
  await walker.choose(words.diff.to, version(walker, 3));
  await expect(page.locator('[data-change=removed]').first()).toBeVisible();
  const removed = await page.locator('[data-change=removed]').count();
  expect(HELD_OUT).toContain(removed);
  await expect(page.locator('[data-change]')).toHaveCount(removed);
  await walker.look('dataset');
  await page.getByRole('link', { name: version(walker, 2) }).click();
  await page.getByRole('tab', { name: words.files.view.lineage }).click();
  await expect(page.getByText('intents.csv').first()).toBeVisible();
  await walker.look('lineage');
}

for (const language of ['en', 'zh-CN'] as const) {
  test(`from a table with faults to a sound version, ${language}`, async ({ page }) => {
    if (language === 'zh-CN') await page.emulateMedia({ colorScheme: 'dark' });
    const walker = new Walker(page, language, FOLDER);
    await test.step('sign up', () => found(walker));
    await test.step('upload and read', () => uploadAndRead(walker));
    await test.step('apply fixes', () => applyFixes(walker));
    await test.step('rows, columns, tokens', () => seeRows(walker));
    if (language === 'en') await test.step('split and compare', () => split(walker));
  });
}

/** Have the pages believe that objects are in a folder: what browsers send goes through the platform. */
const hideTheBucket = (page: Page) =>
  page.route(/\/v1\/uploads(\/[^/]+)?$/, async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replaceAll('"is_direct":true', '"is_direct":false');
    await route.fulfill({ response: answer, body });
  });

/** The bucket, or what the platform is asked for. */
const place = (url: URL) =>
  url.href.startsWith(`${env('BUCKET_URL')}/uploads/`) ? 'bucket' : url.pathname.replace(/.*\//, '');

const WAYS = {
  'straight to the bucket': ['bucket', 'bucket', 'complete', 'part_links', 'part_links'],
  'through the platform': ['complete', 'parts', 'parts'],
};

for (const [way, calls] of Object.entries(WAYS)) {
  test(`an upload that was cut off goes on with what is missing, ${way}`, async ({ page }) => {
    const walker = new Walker(page, 'en', FOLDER);
    const { words } = walker;
    await found(walker);
    const isDirect = calls.includes('bucket');
    if (!isDirect) await hideTheBucket(page);
    const content = Buffer.alloc(36_000_000, 'Not a byte of this may be lost. ');
    const file = written('large.txt', content);
    let sent = 0;
    const isPart = (url: URL) => place(url) === (isDirect ? 'bucket' : 'parts');
    const cut = (route: Route) => (++sent === 1 ? route.continue() : undefined); // the others hang
    await page.route(isPart, cut);
    await walker.choose(words.uploads.purpose, words.purpose.user_data);
    await files(walker).setInputFiles(file);
    await expect(page.locator('[data-upload=sending]')).toContainText(/large\.txt(46|6)\.\d%/);
    await page.reload();
    await page.unroute(isPart, cut); // or Playwright allows the page what the bucket's rule must allow
    await expect(page.locator('[data-upload=interrupted]')).toContainText('large.txt');
    await walker.look('interrupted');

    const made: string[] = [];
    page.on('request', (request) => {
      if (request.method() !== 'GET') made.push(place(new URL(request.url())));
    });
    await files(walker).setInputFiles(file);
    await expect(page.locator('[data-upload]')).toHaveCount(0);
    expect(made.sort()).toEqual(calls);
    await page.getByRole('tab', { name: words.data.files }).click();
    const arrived = page.waitForEvent('download');
    await walker.press(filled(words.files.downloadNamed, { name: 'large.txt' }));
    expect(readFileSync(await (await arrived).path()).equals(content)).toBe(true);
  });
}
