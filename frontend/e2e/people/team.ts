import { expect, type Page } from '@playwright/test';
import { mailedInvitation } from '../mail';
import type { Walker } from '../walker';
import { env, filled, nameOrganization, newAddress, signUp } from '../walker';

/** Steps of an organization's people: founding, projects, invitations, roles. */

export const ORGANIZATION = 'Juniper & Pine';
export const PROJECT = 'Support bot';

/** A founder with an organization, on its overview. */
export async function found(owner: Walker): Promise<string> {
  const { page, words } = owner;
  const email = newAddress('owner');
  await page.goto('/signup');
  await owner.speak();
  await signUp(owner, email);
  await owner.title(words.onboarding.title);
  await page.getByRole('link', { name: words.account.settings }).click();
  await owner.title(words.settings.security); // without an organization, too
  await owner.look('security-alone');
  await page.getByRole('link', { name: words.onboarding.title }).click();
  await nameOrganization(owner, ORGANIZATION);
  await page.getByRole('link', { name: words.onboarding.skip }).click();
  await owner.title(words.nav.overview);
  return email;
}

const places = (walker: Walker) => walker.page.getByRole('button', { name: walker.words.nav.project });

export async function switchTo(walker: Walker, place: string) {
  await places(walker).click();
  await walker.press(place, walker.dialog(walker.words.nav.project));
  await expect(places(walker)).toContainText(place);
}

export async function makeProject(owner: Walker) {
  const { words } = owner;
  await places(owner).click();
  await owner.press(words.projects.create);
  const dialog = owner.dialog(words.projects.create);
  await owner.fill(words.projects.name, PROJECT, dialog);
  await owner.press(words.projects.createNow, dialog);
  await expect(places(owner)).toContainText(PROJECT);
}

/** A second organization with a project of its own; and back by the menu. */
export async function makeOrganization(owner: Walker, name: string) {
  const { words } = owner;
  await places(owner).click();
  await owner.press(words.switcher.newOrganization);
  const dialog = owner.dialog(words.switcher.newOrganization);
  await owner.fill(words.onboarding.name, name, dialog);
  await owner.press(words.organization.createNow, dialog);
  await expect(places(owner)).toContainText(name);
  await places(owner).click();
  await expect(owner.page.getByRole('group', { name: ORGANIZATION })).toContainText(PROJECT);
  await owner.look('places');
  await owner.press(PROJECT, owner.dialog(words.nav.project));
  await expect(places(owner)).toContainText(ORGANIZATION);
}

export async function invite(owner: Walker, email: string) {
  const { words } = owner;
  await owner.openSettings('invitations');
  await owner.press(words.invitations.invite);
  const dialog = owner.dialog(words.invitations.invite);
  await owner.fill(words.auth.email, email, dialog);
  await owner.choose(filled(words.invitations.roleIn, { name: PROJECT }), words.role.member, dialog);
  await owner.choose(
    filled(words.invitations.roleIn, { name: 'Default project' }),
    words.invitations.noRole,
    dialog,
  );
  await owner.look('invite');
  await owner.press(words.invitations.send, dialog);
  await expect(owner.page.getByRole('cell', { name: email, exact: true })).toBeVisible();
  await owner.look('invitations');
}

/** The invited person's way, from the mail to the overview. */
export async function accept(guest: Walker, email: string) {
  const { page, words } = guest;
  await page.goto(await mailedInvitation(env('MAIL_DIR'), email));
  await guest.speak();
  await guest.title(words.invitation.title);
  await guest.look('invitation');
  await page.getByRole('link', { name: words.auth.createAccount }).click();
  await signUp(guest, email);
  await guest.title(words.invitation.title);
  await guest.press(words.invitation.accept);
  await guest.title(words.nav.overview);
  await expect(places(guest)).toContainText(PROJECT);
}

/** A refusal says what was missing and which role one has. */
export async function seeRefusal(walker: Walker, action: string, role: string) {
  const { page, words } = walker;
  const refusal = page.getByRole('alert').filter({ hasText: words.refusal.forbidden.title });
  await expect(refusal).toContainText(filled(words.refusal.missing, { action }));
  await expect(refusal).toContainText(filled(words.refusal.yourRole, { organization: ORGANIZATION, role }));
}

/** A developer sees the one project, and nothing of the organization's administration. */
export async function seeAsDeveloper(guest: Walker, ownersEmail: string) {
  const { page, words } = guest;
  await places(guest).click();
  const menu = guest.dialog(words.nav.project);
  await expect(menu.getByRole('group', { name: ORGANIZATION }).getByRole('button')).toHaveText([PROJECT]);
  await expect(guest.button(words.projects.create, menu)).toHaveCount(0);
  await page.keyboard.press('Escape');
  await guest.openSettings('members');
  await expect(page.getByRole('cell', { name: ownersEmail })).toBeVisible();
  const settings = page.getByRole('navigation', { name: words.settings.title });
  await expect(settings.getByRole('link', { name: words.settings.audit })).toHaveCount(0);
  await page.goto('/settings/audit-log');
  await seeRefusal(guest, words.can.audit.read, words.role.developer);
  await expect(page.getByRole('alert')).toContainText(ownersEmail);
  await guest.look('refusal');
}

export async function changeRole(owner: Walker, email: string) {
  const { words } = owner;
  await owner.openSettings('members');
  await owner.choose(filled(words.members.roleOf, { name: email }), words.role.viewer);
  await owner.said(words.members.roleChanged);
  await owner.look('members');
}

export async function seeAsViewer(guest: Walker) {
  await guest.page.goto('/keys');
  await seeRefusal(guest, guest.words.can.api_key.read_own, guest.words.role.viewer);
  await expect(guest.button(guest.words.keys.create)).toHaveAttribute('aria-disabled', 'true');
}

/** Who is removed is out at once. */
export async function removeMember(owner: Walker, email: string, theirs: Page) {
  const { words } = owner;
  await owner.press(filled(words.members.removeNamed, { name: email }));
  await owner.press(words.actions.remove, owner.dialog());
  await owner.said(words.members.removed);
  await expect(owner.page.getByRole('cell', { name: email })).toHaveCount(0);
  await theirs.goto('/keys');
  await expect(theirs).toHaveURL(/\/onboarding$/);
}
