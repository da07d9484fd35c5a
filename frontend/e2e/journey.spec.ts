import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { expect, type Page } from '@playwright/test';
import { env, filled, nameOrganization, newAddress, signUp, Walker, type Language } from './walker';
import { test } from './watched';

/** A new customer's whole way through the product, on a running platform. */

interface Journey {
  language: Language;
  method: 'supervised' | 'classification';
  base: RegExp;
  files: { chat: string; intents: string };
  suffix: string;
  question: string;
}

const JOURNEYS: Journey[] = [
  {
    language: 'en',
    method: 'supervised',
    base: /finery-nano/,
    files: { chat: 'support_chat_en.jsonl', intents: 'customer_intents_en.csv' },
    suffix: 'support-e2e',
    question: 'How do I get your newsletter?',
  },
  {
    language: 'zh-CN',
    method: 'classification',
    base: /minilm/i,
    files: { chat: 'support_chat_zh.jsonl', intents: 'customer_intents_en.csv' },
    suffix: 'intents-e2e',
    question: 'Where is my parcel?',
  },
];

const CHAT_ROWS = 24;
const INTENT_ROWS = 160;
const TRAINING_MS = 180_000;
const ENGINE_MS = 150_000; // the first call may find the engine still starting

/** The first rows of a sample, so that a job takes seconds. */
function shortened(name: string, rows: number): string {
  const lines = readFileSync(path.join(env('SAMPLES_DIR'), name), 'utf8')
    .split('\n')
    .slice(0, rows);
  const copy = path.join(mkdtempSync(path.join(tmpdir(), 'finery-')), name);
  writeFileSync(copy, `${lines.join('\n')}\n`);
  return copy;
}

class Customer extends Walker {
  constructor(
    page: Page,
    readonly journey: Journey,
  ) {
    super(page, journey.language, 'journey');
  }
}

async function join(walker: Customer) {
  const { page, words, journey } = walker;
  await page.goto('/');
  await walker.speak();
  await walker.title(words.auth.logIn);
  await walker.look('login');
  await page.getByRole('link', { name: words.auth.signUp }).click();
  await walker.title(words.auth.signUpTitle);
  await walker.look('signup');
  await signUp(walker, newAddress(journey.suffix));
}

async function onboard(walker: Customer) {
  const { page, words } = walker;
  await walker.title(words.onboarding.title);
  await walker.look('onboarding');
  await nameOrganization(walker, 'Juniper & Pine');
  await walker.press(words.onboarding.createKey);
  await expect(page.getByTestId('key-value')).toHaveText(/^sk-/);
  await walker.look('first-key');
  await page.getByRole('link', { name: words.onboarding.done }).click();
  await walker.title(words.nav.overview);
  await expect(page.getByText(words.balance.available)).toBeVisible();
  await walker.look('overview-empty');
}

async function uploadFiles(walker: Customer) {
  const { page, words, journey } = walker;
  await walker.open('data');
  await walker.title(words.nav.data);
  const paths = [shortened(journey.files.chat, CHAT_ROWS), shortened(journey.files.intents, INTENT_ROWS)];
  await page.locator('input[type=file]').setInputFiles(paths);
  await expect(page.locator('[data-status=processed]')).toHaveCount(2, { timeout: 60_000 });
  await walker.look('data');
  await page.getByRole('link', { name: journey.files.intents }).click();
  await page.getByRole('link', { name: filled(words.datasets.version, { version: '1' }) }).click();
  await expect(page.getByText(words.report.goodTitle)).toBeVisible();
  await expect(page.getByText(words.report.balance, { exact: true })).toBeVisible();
  await walker.look('report');
}

async function launchJob(walker: Customer) {
  const { page, words, journey } = walker;
  await walker.open('finetuning');
  await page.getByRole('link', { name: words.jobs.create }).first().click();
  await page.getByRole('radio', { name: journey.base }).click();
  await walker.look('wizard-base');
  await walker.press(words.actions.next);
  await expect(page.getByRole('radio', { name: words.method[journey.method] })).toBeChecked();
  await walker.press(words.actions.next);
  await page.getByRole('combobox', { name: words.wizard.data.training, exact: true }).click();
  const file = journey.method === 'supervised' ? journey.files.chat : journey.files.intents;
  await page.getByRole('option', { name: file }).click();
  await walker.look('wizard-data');
  await walker.press(words.actions.next);
  await page.getByRole('textbox', { name: words.wizard.settings.suffix }).fill(journey.suffix);
  await walker.press(words.wizard.settings.advanced);
  await page.getByRole('textbox', { name: words.wizard.settings.n_epochs }).fill('2');
  await walker.look('wizard-settings');
  await walker.press(words.actions.next);
  await expect(page.getByTestId('quote')).toContainText('$');
  await walker.look('wizard-review');
  await walker.press(words.wizard.launch);
}

async function watchJob(walker: Customer) {
  const { page, words, journey } = walker;
  await walker.title(journey.suffix);
  await expect(page.getByRole('progressbar', { name: words.job.progress })).toBeVisible();
  await expect(page.getByTestId('loss-chart')).toBeVisible({ timeout: TRAINING_MS });
  await walker.look('job-running');
  await expect(page.locator('[data-status=succeeded], [data-status=no_better]')).toBeVisible({
    timeout: TRAINING_MS,
  });
  await expect(page.getByTestId('model-name')).toHaveText(/^ft:/);
  await expect(page.getByRole('heading', { name: words.parity.title })).toBeVisible();
  await walker.look('job-done');
  await page.getByRole('link', { name: words.job.openPlayground }).click();
}

async function chat(walker: Customer) {
  const { page, words, journey } = walker;
  await page.getByRole('textbox', { name: words.playground.message }).fill(journey.question);
  await walker.press(words.playground.send);
  await expect(page.getByTestId('call-cost')).toHaveCount(2, { timeout: ENGINE_MS });
  await expect(page.getByTestId('error-note')).toHaveCount(0);
  await walker.look('playground');
}

async function classify(walker: Customer) {
  const { page, words, journey } = walker;
  await page.getByRole('textbox', { name: words.playground.text, exact: true }).fill(journey.question);
  await walker.press(words.playground.classify);
  await expect(page.getByTestId('classified-as')).toHaveCount(2, { timeout: ENGINE_MS });
  await expect(page.getByTestId('error-note')).toHaveCount(0);
  await walker.look('playground');
}

async function seeUsage(walker: Customer) {
  const { page, words } = walker;
  await walker.open('usage');
  await expect(page.getByRole('cell', { name: /^ft:/ }).first()).toBeVisible({ timeout: 60_000 });
  await expect(page.getByTestId('total-cost')).not.toHaveText('$0.00');
  await walker.look('usage');
  await walker.open('keys');
  await expect(page.getByRole('cell', { name: words.onboarding.keyName }).first()).toBeVisible();
  await walker.look('keys');
  await walker.open('overview');
  await walker.title(words.nav.overview);
  await walker.look('overview');
}

for (const journey of JOURNEYS) {
  test(`a new customer's way, ${journey.language}, ${journey.method}`, async ({ page }) => {
    const walker = new Customer(page, journey);
    await test.step('sign up', () => join(walker));
    await test.step('onboarding', () => onboard(walker));
    await test.step('upload', () => uploadFiles(walker));
    await test.step('launch', () => launchJob(walker));
    await test.step('watch', () => watchJob(walker));
    await test.step('use the model', () =>
      journey.method === 'supervised' ? chat(walker) : classify(walker));
    await test.step('usage', () => seeUsage(walker));
  });
}
