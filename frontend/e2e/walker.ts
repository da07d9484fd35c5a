import { expect, type Locator, type Page } from '@playwright/test';
import { expectAccessible } from './axe';
import { mailedCode } from './mail';
import { WORDS, type Words } from './words';

export type Language = keyof typeof WORDS;

export const PASSWORD = 'a long and quiet river 42';

export const env = (name: string) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};

/** A text of the page with its gaps filled, as i18next does. */
export const filled = (text: string, values: Record<string, string>) =>
  text.replace(/{{(\w+)}}/g, (_, name: string) => values[name] ?? '');

let people = 0;

/** An address that no earlier run used. */
export const newAddress = (name: string) =>
  `${name}@${(Date.now() * 10 + ++people).toString(36)}.example.com`;

type NavName = 'overview' | 'data' | 'finetuning' | 'playground' | 'keys' | 'usage' | 'settings';

/** Finds its way by the words that the page says. */
export class Walker {
  readonly words: Words;

  constructor(
    readonly page: Page,
    readonly language: Language,
    readonly folder: string,
  ) {
    this.words = WORDS[language];
  }

  /** Keep a picture of the page, and have axe look at it. */
  async look(name: string) {
    const path = `test-results/${this.folder}/${this.language}-${name}.png`;
    await this.page.evaluate(() => scrollTo(0, 0)); // what is fixed would stand elsewhere
    await this.page.screenshot({ path, fullPage: true });
    await expectAccessible(this.page, `${name} (${this.language})`);
  }

  button(name: string, within: Page | Locator = this.page) {
    return within.getByRole('button', { name, exact: true });
  }

  async press(name: string, within: Page | Locator = this.page) {
    await this.button(name, within).click();
  }

  async fill(name: string, text: string, within: Page | Locator = this.page) {
    await within.getByRole('textbox', { name }).fill(text);
  }

  async choose(field: string, option: string, within: Page | Locator = this.page) {
    await within.getByRole('combobox', { name: field, exact: true }).click();
    await this.page.getByRole('option', { name: option, exact: true }).click();
  }

  /** The dialog on top; they are modal. */
  dialog(name?: string) {
    return this.page.getByRole('dialog', { name });
  }

  async open(name: NavName) {
    const navigation = this.page.getByRole('navigation', { name: this.words.nav.label });
    await navigation.getByRole('link', { name: this.words.nav[name], exact: true }).click();
  }

  /** A page of the settings, by its own link. */
  async openSettings(name: keyof Words['settings']) {
    const navigation = this.page.getByRole('navigation', { name: this.words.settings.title });
    if (!(await navigation.isVisible())) await this.open('settings');
    await navigation.getByRole('link', { name: this.words.settings[name], exact: true }).click();
    await this.title(this.words.settings[name]);
  }

  async title(text: string | RegExp) {
    await expect(this.page.getByRole('heading', { level: 1, name: text, exact: true })).toBeVisible();
  }

  async said(text: string) {
    await expect(this.page.getByRole('alert').filter({ hasText: text }).first()).toBeVisible();
  }

  async speak() {
    await this.page.getByText(this.language === 'en' ? 'English' : '中文', { exact: true }).click();
    await expect(this.page.locator('html')).toHaveAttribute('lang', this.language);
  }
}

/** Fill in the sign-up form and prove the address by the mailed code. */
export async function signUp(walker: Walker, email: string) {
  const { page, words } = walker;
  await walker.fill(words.auth.workEmail, email);
  await page.getByLabel(words.auth.password, { exact: false }).first().fill(PASSWORD);
  await walker.press(words.auth.createAccount);
  await walker.title(words.auth.verifyTitle);
  await walker.fill(words.auth.code, await mailedCode(env('MAIL_DIR'), email));
  await walker.press(words.auth.verify);
}

export async function nameOrganization(walker: Walker, name: string) {
  const { words } = walker;
  await walker.title(words.onboarding.title);
  await walker.fill(words.onboarding.name, name);
  await walker.press(words.onboarding.create);
  await walker.title(words.onboarding.keyTitle);
}
