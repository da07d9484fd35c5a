import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { vi } from 'vitest';
import { members } from '@/testing/admin-fixtures';
import { SIGNED_IN } from '@/testing/answers';
import { developer } from '@/testing/place-fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

function listenToRoles() {
  const changes: unknown[] = [];
  server.use(
    http.post('/v1/organization/users/:user', async ({ request, params }) => {
      changes.push([params.user, await request.json(), request.headers.get('OpenAI-Organization')]);
      return HttpResponse.json(members[2]);
    }),
  );
  return changes;
}

test("a member's role is changed", async () => {
  const changes = listenToRoles();
  const { user } = renderApp('/settings/members');
  await user.click(await screen.findByRole('combobox', { name: 'Role of Alan Turing' }));
  await user.click(await screen.findByRole('option', { name: 'Viewer' }));
  expect(await screen.findByText('The role was changed')).toBeInTheDocument();
  expect(changes).toEqual([['user_3', { role: 'viewer' }, 'org_1']]);
});

test('making an owner is confirmed first', async () => {
  const changes = listenToRoles();
  const { user } = renderApp('/settings/members');
  await user.click(await screen.findByRole('combobox', { name: 'Role of Alan Turing' }));
  await user.click(await screen.findByRole('option', { name: 'Owner' }));
  const dialog = await screen.findByRole('dialog', { name: 'Alan Turing becomes: Owner' });
  expect(changes).toEqual([]);
  await user.click(within(dialog).getByRole('button', { name: 'Change the role' }));
  await waitFor(() => expect(changes).toEqual([['user_3', { role: 'owner' }, 'org_1']]));
});

test('a developer sees the members and can change none', async () => {
  server.use(http.get('/api/me', () => HttpResponse.json(developer)));
  renderApp('/settings/members');
  expect(await screen.findByText('Grace Hopper')).toBeInTheDocument();
  expect(screen.getByText(/does not include this: Change members/)).toBeInTheDocument();
  expect(screen.queryByRole('combobox')).not.toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Remove Alan Turing' })).not.toBeInTheDocument();
});

test('members come page after page', async () => {
  server.use(
    http.get('/v1/organization/users', ({ request }) => {
      const after = new URL(request.url).searchParams.get('after');
      return HttpResponse.json({
        object: 'list',
        data: after ? members.slice(2) : members.slice(0, 2),
        has_more: !after,
        last_id: after ? 'user_3' : 'user_2',
      });
    }),
  );
  const { user } = renderApp('/settings/members');
  await screen.findByText('Grace Hopper');
  expect(screen.queryByText('Alan Turing')).not.toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Show more' }));
  expect(await screen.findByText('Alan Turing')).toBeInTheDocument();
});

test('the page of the members invites by itself', async () => {
  const { user } = renderApp('/settings/members');
  await user.click(await screen.findByRole('button', { name: 'Invite somebody' }));
  expect(await screen.findByRole('dialog', { name: 'Invite somebody' })).toBeInTheDocument();
});

test('somebody is invited, into the default project unless told otherwise', async () => {
  let sent: unknown;
  server.use(
    http.post('/v1/organization/invites', async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ id: 'invite-3' });
    }),
  );
  const { user } = renderApp('/settings/invitations');
  expect(await screen.findByText('Default project (Member)')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Invite somebody' }));
  const dialog = await screen.findByRole('dialog', { name: 'Invite somebody' });
  await user.type(within(dialog).getByRole('textbox', { name: /E-mail/ }), 'kay@example.com');
  await user.click(within(dialog).getByRole('button', { name: 'Send the invitation' }));
  expect(await screen.findByText('The invitation was sent')).toBeInTheDocument();
  expect(sent).toEqual({
    email: 'kay@example.com',
    role: 'developer',
    projects: [{ id: 'proj_1', role: 'member' }],
  });
});

test('the organization is deleted only when its short name was typed', async () => {
  const bodies: unknown[] = [];
  server.use(
    http.delete('/api/organizations/:organization', async ({ request }) => {
      bodies.push(await request.json());
      return HttpResponse.json({ id: 'org_1', deleted: true }, { status: 202 });
    }),
  );
  const { user } = renderApp('/settings/organization');
  await user.click(await screen.findByRole('button', { name: 'Delete…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Delete the organization' });
  const confirm = within(dialog).getByRole('button', { name: 'Delete for good' });
  expect(confirm).toBeDisabled();
  await user.type(within(dialog).getByRole('textbox', { name: /Type acme-support/ }), 'acme-support');
  await user.click(confirm);
  await waitFor(() => expect(bodies).toEqual([{ slug: 'acme-support' }]));
});

test('a developer may leave, and neither rename nor delete', async () => {
  server.use(http.get('/api/me', () => HttpResponse.json(developer)));
  renderApp('/settings/organization');
  expect(await screen.findByRole('button', { name: 'Leave the organization' })).toBeEnabled();
  expect(screen.getByRole('textbox', { name: /Organization name/ })).toBeDisabled();
  expect(screen.queryByRole('button', { name: 'Delete…' })).not.toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Start an export' })).not.toBeInTheDocument();
});

test('an export is fetched by the browser itself, by who proved themselves lately', async () => {
  const followed: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    followed.push(new URL(this.href).pathname);
  });
  const session = (at: number) =>
    http.get('/_allauth/browser/v1/auth/session', () =>
      HttpResponse.json({ ...SIGNED_IN, data: { ...SIGNED_IN.data, methods: [{ method: 'password', at }] } }),
    );
  server.use(session(Date.now() / 1000 - 3_600));
  const { user } = renderApp('/settings/organization');
  const link = await screen.findByRole('link', { name: /Download the export/ });
  const path = '/api/organizations/org_1/exports/export_1/content';
  expect(link).toHaveAttribute('href', path);
  await user.click(link);
  expect(await screen.findByRole('dialog', { name: 'Confirm that it is you' })).toBeInTheDocument();
  expect(followed).toEqual([]);
  await user.click(screen.getByRole('button', { name: 'Close' }));
  server.use(session(Date.now() / 1000));
  await user.click(await screen.findByRole('link', { name: /Download the export/ }));
  await waitFor(() => expect(followed).toEqual([path]));
  vi.restoreAllMocks();
});
