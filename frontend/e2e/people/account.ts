import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { AuthenticatorApp } from '../totp';
import { filled, PASSWORD, type Walker } from '../walker';

/** Steps of a person's own account: second factors, passkeys, sessions. */

/** The server asks for the password before it changes how one signs in, however fresh the session. */
async function proveByPassword(owner: Walker) {
  const { words } = owner;
  const dialog = owner.dialog(words.reauth.title);
  await dialog.locator('input[type=password]').fill(PASSWORD);
  await owner.press(words.reauth.confirm, dialog);
}

export async function setUpApp(owner: Walker): Promise<AuthenticatorApp> {
  const { page, words } = owner;
  await owner.openSettings('security');
  await owner.press(words.totp.setUp);
  const dialog = owner.dialog(words.totp.setUp);
  await expect(dialog.getByRole('img', { name: words.totp.qr })).toBeVisible();
  const app = new AuthenticatorApp(await dialog.getByText(/^[A-Z2-7]{32}$/).innerText());
  await owner.look('totp');
  await owner.fill(words.totp.code, await app.code(), dialog);
  await owner.press(words.totp.turnOn, dialog);
  await proveByPassword(owner);
  await owner.said(words.totp.on);
  await expect(page.getByText(words.totp.isOn, { exact: true })).toBeVisible();
  return app;
}

export async function seeRecoveryCodes(owner: Walker): Promise<string[]> {
  const { page, words } = owner;
  await owner.press(words.recovery.show);
  const codes = page
    .getByRole('listitem')
    .locator('visible=true')
    .filter({ hasText: /^[0-9a-f]{8}$/ });
  await expect(codes).toHaveCount(10);
  await owner.look('security');
  return codes.allInnerTexts();
}

export async function logOut(owner: Walker) {
  const { page, words } = owner;
  await page.getByRole('button', { name: words.account.menu }).click();
  await page.getByRole('menuitem', { name: words.account.logOut }).click();
  await owner.title(words.auth.logIn);
}

/** By password, and what the second step asks for. */
export async function logIn(walker: Walker, email: string, code?: string) {
  const { page, words } = walker;
  await walker.fill(words.auth.email, email);
  await page.getByLabel(words.auth.password, { exact: false }).first().fill(PASSWORD);
  await walker.press(words.auth.logIn);
  if (!code) return;
  await walker.title(words.mfa.title);
  await walker.fill(words.mfa.codeOrRecovery, code);
  await walker.press(words.auth.verify);
}

/** The browser's own security key, which says yes to everything. */
async function plugInAuthenticator(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

export async function addPasskey(owner: Walker) {
  const { page, words } = owner;
  await plugInAuthenticator(page);
  await owner.openSettings('security');
  await owner.press(words.passkeys.add);
  const dialog = owner.dialog(words.passkeys.add);
  await owner.fill(words.passkeys.name, 'Laptop', dialog);
  await owner.press(words.passkeys.addNow, dialog);
  await proveByPassword(owner);
  await owner.said(words.passkeys.added);
  await expect(page.getByRole('cell', { name: 'Laptop', exact: true })).toBeVisible();
  await owner.look('passkey');
}

/** What the server says of a session that proved itself too long ago, once; the proof itself is real. */
async function demandProof(page: Page, path: string) {
  const refusal = { error: { message: 'Sign in again', code: 'reauthentication_required' } };
  await page.route(path, (route) => route.fulfill({ status: 403, json: refusal }), { times: 1 });
}

/** Before something sensitive, one's passkey is proof enough. */
export async function proveByPasskey(owner: Walker) {
  const { page, words } = owner;
  await owner.openSettings('adminKeys');
  await demandProof(page, '**/v1/organization/admin_api_keys');
  await owner.press(words.adminKeys.create);
  const form = owner.dialog(words.adminKeys.create);
  await owner.fill(words.keys.name, 'After proof', form);
  await owner.press(words.adminKeys.create, form);
  const dialog = owner.dialog(words.reauth.title);
  await dialog.getByText(words.reauth.by.passkey, { exact: true }).click();
  await owner.look('reauthentication');
  await owner.press(words.mfa.usePasskey, dialog);
  await expect(page.getByTestId('key-value')).toHaveText(/^sk-/);
  await owner.press(words.actions.done);
}

/** Another browser's session is seen and ended; it then has to sign in, and would go on where it was. */
export async function endOtherSession(owner: Walker, other: Walker) {
  const { page, words } = owner;
  await owner.openSettings('sessions');
  await expect(page.getByText(words.sessions.this, { exact: true })).toBeVisible();
  await owner.look('sessions');
  await owner.press(words.sessions.endOthers);
  await owner.press(words.sessions.end, owner.dialog());
  await owner.said(words.sessions.ended);
  await expect(page.getByRole('region', { name: words.settings.sessions }).getByRole('row')).toHaveCount(2);
  await other.open('usage');
  await expect(other.page).toHaveURL(/\/login\?next=%2Fusage$/);
}

/** A session that is over leads to the login, and from there back. */
export async function comeBack(owner: Walker) {
  const { page, words } = owner;
  await page.context().clearCookies({ name: /sessionid/ });
  await owner.open('data');
  await expect(page).toHaveURL(/\/login\?next=%2Fdata$/);
  await owner.press(words.auth.logInByPasskey);
  await owner.title(words.nav.data);
  await page.goto('/login?next=%2Fstaff%2F'); // a page of the server, which is not there for customers
  await page.waitForURL(/\/staff\/$/);
  await expect(page.locator('body')).toContainText('invalid_request_error');
  await page.goto('/');
}

/** Everything as one archive. */
export async function takeEverything(owner: Walker) {
  const { page, words } = owner;
  await owner.openSettings('organization');
  await owner.press(words.exports.start);
  await expect(page.getByText(words.exports.status.ready, { exact: true })).toBeVisible({ timeout: 60_000 });
  await owner.look('organization');
  const started = page.waitForEvent('download');
  await page.getByRole('link', { name: filled(words.exports.downloadNamed, { created: '' }) }).click();
  const download = await started;
  expect(download.suggestedFilename()).toMatch(/^finery-.*\.zip$/);
  expect(
    readFileSync(await download.path())
      .subarray(0, 2)
      .toString(),
  ).toBe('PK');
}

/** The end of an organization, once its short name was typed. */
export async function deleteOrganization(owner: Walker, next: string) {
  const { page, words } = owner;
  await owner.press(words.deleteOrganization.open);
  const dialog = owner.dialog(words.deleteOrganization.title);
  const confirm = owner.button(words.deleteOrganization.confirm, dialog);
  await expect(confirm).toBeDisabled();
  const slug =
    (
      await dialog
        .getByText(/juniper/)
        .first()
        .innerText()
    ).match(/juniper[\w-]*/)?.[0] ?? '';
  await dialog.getByRole('textbox').fill(slug);
  await owner.look('delete');
  await confirm.click();
  await expect(page.getByRole('button', { name: words.nav.project })).toContainText(next);
}
