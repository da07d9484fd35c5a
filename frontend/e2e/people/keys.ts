import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { filled, type Walker } from '../walker';

/** Steps of keys, service accounts, limits and the log. */

/** The value of a new key, and the dialog closed. */
async function takeValue(owner: Walker): Promise<string> {
  const shown = owner.page.getByTestId('key-value');
  await expect(shown).toHaveText(/^sk-/);
  const value = await shown.innerText();
  await owner.press(owner.words.actions.done);
  await expect(shown).toHaveCount(0);
  return value;
}

async function statusOf(owner: Walker, path: string, key: string): Promise<number> {
  const headers = { Authorization: `Bearer ${key}` };
  return (await owner.page.request.get(path, { headers })).status();
}

/** Gateways learn of it within a second. */
const answers = (owner: Walker, key: string, status: number, path = '/v1/models') =>
  expect.poll(() => statusOf(owner, path, key), { timeout: 5_000 }).toBe(status);

export async function makeServiceAccount(owner: Walker) {
  const { words } = owner;
  await owner.openSettings('serviceAccounts');
  await owner.press(words.serviceAccounts.create);
  const dialog = owner.dialog(words.serviceAccounts.create);
  await owner.fill(words.keys.name, 'Web server', dialog);
  await owner.press(words.serviceAccounts.create, dialog);
  await owner.look('service-account-key');
  await answers(owner, await takeValue(owner), 200);
  await expect(owner.page.getByRole('cell', { name: /^Web server/ })).toBeVisible();
  await owner.look('service-accounts');
}

async function makeKey(owner: Walker, name: string, network: string): Promise<string> {
  const { words } = owner;
  await owner.button(words.keys.create).first().click(); // an empty list offers it, too
  const dialog = owner.dialog(words.keys.create);
  await owner.fill(words.keys.name, name, dialog);
  await owner.choose(words.keys.expiry, filled(words.keys.expiryDays_other, { count: '30' }), dialog);
  await owner.press(words.keys.advanced, dialog);
  await dialog.getByRole('switch', { name: words.keys.only_scopes }).check();
  await dialog.getByRole('checkbox', { name: words.can.model.read }).check();
  await dialog.getByRole('switch', { name: words.keys.only_networks }).check();
  const networks = dialog.getByRole('combobox', { name: words.keys.networks });
  await networks.fill(network);
  await networks.press('Enter');
  await owner.look('key-bounds');
  await owner.press(words.keys.create, dialog);
  return takeValue(owner);
}

/** A key holds to its network and its actions. */
export async function makeBoundKeys(owner: Walker) {
  const { page, words } = owner;
  await owner.open('keys');
  const elsewhere = await makeKey(owner, 'Elsewhere', '203.0.113.0/24');
  const here = await makeKey(owner, 'Reporting', '127.0.0.0/8');
  await answers(owner, here, 200);
  expect(await statusOf(owner, '/v1/files', here)).toBe(403);
  expect([401, 403]).toContain(await statusOf(owner, '/v1/models', elsewhere));
  const row = page.getByRole('row', { name: 'Reporting' });
  await expect(row).toContainText(filled(words.keys.only, { what: words.can.model.read }));
  await owner.look('keys');
  return here;
}

/** A rotated key works on for a while, or not; a revoked one is done. */
export async function rotateAndRevoke(owner: Walker, old: string) {
  const { page, words } = owner;
  await owner.press(filled(words.keys.rotateNamed, { name: 'Reporting' }));
  const dialog = owner.dialog(words.keys.rotate);
  await dialog.getByRole('radio', { name: words.keys.overlaps.none }).check();
  await owner.press(words.keys.rotate, dialog);
  const value = await takeValue(owner);
  await answers(owner, value, 200);
  await answers(owner, old, 401);
  const active = page.getByRole('row', { name: 'Reporting' }).filter({ hasText: words.keys.status.active });
  await owner.press(filled(words.keys.revokeNamed, { name: 'Reporting' }), active);
  await owner.press(words.keys.revoke, owner.dialog());
  await owner.said(words.keys.revoked);
  await answers(owner, value, 401);
}

export async function changeLimit(owner: Walker) {
  const { page, words } = owner;
  await owner.openSettings('rateLimits');
  await owner.press(filled(words.rateLimits.editNamed, { model: 'finery-nano' }));
  await owner.fill(words.rateLimits.requests, '42');
  await owner.press(words.actions.save, owner.dialog());
  await owner.said(words.rateLimits.saved);
  await expect(page.getByRole('row', { name: 'finery-nano' })).toContainText('42');
  await owner.look('rate-limits');
}

export async function makeAdminKey(owner: Walker) {
  const { words } = owner;
  await owner.openSettings('adminKeys');
  await owner.press(words.adminKeys.create);
  const dialog = owner.dialog(words.adminKeys.create);
  await owner.fill(words.keys.name, 'Provisioning', dialog);
  await owner.press(words.adminKeys.create, dialog);
  const key = await takeValue(owner);
  await answers(owner, key, 200, '/v1/organization/users');
  expect(await statusOf(owner, '/v1/files', key)).not.toBe(200);
  await owner.look('admin-keys');
}

const EVENTS = ['invite.accepted', 'user.deleted', 'api_key.rotated', 'rate_limit.updated'] as const;

/** All of it stands in the log: found by filters, opened, taken along. */
export async function readLog(owner: Walker, email: string) {
  const { page, words } = owner;
  await owner.openSettings('audit');
  const table = page.getByRole('region', { name: words.settings.audit });
  for (const event of EVENTS) await expect(table).toContainText(event);
  await owner.look('audit');
  await owner.choose(words.audit.types, words.event.rate_limit.updated);
  await page.keyboard.press('Escape');
  await owner.fill(words.audit.email, email);
  await owner.press(words.audit.apply);
  const rows = table.getByRole('row').filter({ hasText: 'rate_limit.updated' });
  await expect(rows).toHaveCount(1);
  await expect(table).not.toContainText('api_key.rotated');
  await expect(rows).toContainText(['127.0.0.1']);
  await rows.getByRole('button').click();
  await expect(page.getByRole('cell', { name: '42', exact: true })).toBeVisible();
  await owner.look('audit-filtered');
  await owner.press(words.audit.export);
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: filled(words.audit.exportAs, { format: 'CSV' }) }).click();
  const text = readFileSync(await (await download).path(), 'utf8');
  expect(text.split('\n')[0]).toContain('type');
  expect(text).toContain('rate_limit.updated');
  expect(text).not.toContain('api_key.rotated');
}
