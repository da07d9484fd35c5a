import { expect } from '@playwright/test';
import { newAddress, Walker, type Language } from '../walker';
import { test } from '../watched';
import * as account from './account';
import * as keys from './keys';
import * as team from './team';

/** People, their rights, their keys and their accounts, on a running platform. */

const FOLDER = 'people';
const NEXT = 'Second home';

test('an organization from its founding to its end, en', async ({ page, otherBrowser }) => {
  const owner = new Walker(page, 'en', FOLDER);
  const email = await test.step('found', () => team.found(owner));
  await test.step('projects and organizations', async () => {
    await team.makeProject(owner);
    await team.makeOrganization(owner, NEXT);
  });
  await test.step('people', async () => {
    const guest = new Walker(await (await otherBrowser()).newPage(), 'en', FOLDER);
    const invited = newAddress('guest');
    await team.invite(owner, invited);
    await team.accept(guest, invited);
    await team.seeAsDeveloper(guest, email);
    await team.changeRole(owner, invited);
    await team.seeAsViewer(guest);
    await team.removeMember(owner, invited, guest.page);
  });
  await test.step('keys', async () => {
    await keys.makeServiceAccount(owner);
    const key = await keys.makeBoundKeys(owner);
    await keys.rotateAndRevoke(owner, key);
    await keys.changeLimit(owner);
    await keys.makeAdminKey(owner);
  });
  await test.step('audit log', () => keys.readLog(owner, email));
  await test.step('second factors', async () => {
    const app = await account.setUpApp(owner);
    const codes = await account.seeRecoveryCodes(owner);
    await account.logOut(owner);
    await account.logIn(owner, email, codes[0]);
    await owner.title(owner.words.nav.overview);
    await account.addPasskey(owner);
    await account.proveByPasskey(owner);
    const other = new Walker(await (await otherBrowser()).newPage(), 'en', FOLDER);
    await other.page.goto('/login');
    await account.logIn(other, email, await app.code());
    await other.title(other.words.nav.overview);
    await account.endOtherSession(owner, other);
    await account.comeBack(owner);
  });
  await test.step('export and end', async () => {
    await account.takeEverything(owner);
    await account.deleteOrganization(owner, NEXT);
  });
});

test('the essential way, zh-CN', async ({ page, otherBrowser }) => {
  const language: Language = 'zh-CN';
  const owner = new Walker(page, language, FOLDER);
  const email = await test.step('found', () => team.found(owner));
  await test.step('people', async () => {
    const guest = new Walker(await (await otherBrowser()).newPage(), language, FOLDER);
    const invited = newAddress('guest');
    await team.makeProject(owner);
    await team.invite(owner, invited);
    await team.accept(guest, invited);
    await team.seeAsDeveloper(guest, email);
    await team.changeRole(owner, invited);
    await team.seeAsViewer(guest);
  });
  await test.step('keys', () => keys.makeBoundKeys(owner));
  await test.step('second factor', async () => {
    const app = await account.setUpApp(owner);
    await account.logOut(owner);
    await account.logIn(owner, email, await app.code());
    await owner.title(owner.words.nav.overview);
  });
});

test('a violation of the content policy would not go unseen', async ({ page, faults }) => {
  await page.goto('/login');
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.broken = true';
    document.body.append(script);
  });
  await expect
    .poll(() => faults.filter((fault) => fault.includes('content policy: script-src')))
    .not.toEqual([]);
  expect(await page.evaluate(() => 'broken' in window)).toBe(false);
  faults.length = 0;
});
