import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { apiKeys } from '@/testing/fixtures';
import { viewer } from '@/testing/place-fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

const VALUE = 'sk-finery-secret-value';

test('a new key is shown once', async () => {
  server.use(
    http.post('/api/projects/:project/api_keys', () =>
      HttpResponse.json({ ...apiKeys[0], id: 'key_2', name: 'CI', value: VALUE }, { status: 201 }),
    ),
  );
  const { user } = renderApp('/keys');
  await user.click(await screen.findByRole('button', { name: 'Create key' }));
  const dialog = await screen.findByRole('dialog');
  await user.type(within(dialog).getByRole('textbox', { name: 'Name' }), 'CI');
  await user.click(within(dialog).getByRole('button', { name: 'Create key' }));

  expect(await within(dialog).findByText(VALUE)).toBeInTheDocument();
  expect(within(dialog).getByText('This is the only time you see it')).toBeInTheDocument();
  await user.click(within(dialog).getByRole('button', { name: 'Done' }));
  await waitFor(() => expect(screen.queryByText(VALUE)).not.toBeInTheDocument());

  await user.click(screen.getByRole('button', { name: 'Create key' }));
  expect(await screen.findByRole('textbox', { name: 'Name' })).toHaveValue('');
  expect(screen.queryByText(VALUE)).not.toBeInTheDocument();
});

test('a key is revoked only after it was confirmed', async () => {
  const revoked: string[] = [];
  server.use(
    http.delete('/api/projects/:project/api_keys/:key', ({ params }) => {
      revoked.push(String(params.key));
      return HttpResponse.json({ id: params.key, object: 'organization.project.api_key', deleted: true });
    }),
  );
  const { user } = renderApp('/keys');
  await user.click(await screen.findByRole('button', { name: 'Revoke Production server' }));
  const dialog = await screen.findByRole('dialog');
  expect(revoked).toEqual([]);
  await user.click(within(dialog).getByRole('button', { name: 'Revoke' }));
  await waitFor(() => expect(revoked).toEqual(['key_1']));
});

test('a key is narrowed to actions, networks and a time', async () => {
  let sent: unknown;
  server.use(
    http.post('/api/projects/:project/api_keys', async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ ...apiKeys[0], id: 'key_2', value: VALUE }, { status: 201 });
    }),
  );
  const { user } = renderApp('/keys');
  await user.click(await screen.findByRole('button', { name: 'Create key' }));
  const dialog = await screen.findByRole('dialog');
  await user.type(within(dialog).getByRole('textbox', { name: 'Name' }), 'CI');
  await user.click(within(dialog).getByRole('combobox', { name: 'Works for' }));
  await user.click(await screen.findByRole('option', { name: '30 days' }));
  await user.click(within(dialog).getByRole('button', { name: 'Narrow what it may do' }));
  await user.click(await within(dialog).findByRole('switch', { name: 'Only certain actions' }));
  await user.click(await within(dialog).findByRole('checkbox', { name: /Call models/ }));
  await user.click(within(dialog).getByRole('switch', { name: 'Only from certain networks' }));
  const networks = within(dialog).getByRole('combobox', { name: 'Networks it may call from' });
  await user.type(networks, 'anywhere{enter}');
  await user.click(within(dialog).getByRole('button', { name: 'Create key' }));
  expect(await within(dialog).findByText(/Write each as an address range/)).toBeInTheDocument();
  await user.type(networks, '{backspace}203.0.113.0/24{enter}');
  await user.click(within(dialog).getByRole('button', { name: 'Create key' }));
  expect(await within(dialog).findByText(VALUE)).toBeInTheDocument();
  expect(sent).toEqual({
    name: 'CI',
    expires_in_seconds: 30 * 86_400,
    scopes: ['model.request'],
    networks: ['203.0.113.0/24'],
  });
});

test('unticking the last action grants nothing: an empty limit is refused, no limit is chosen', async () => {
  const sent: unknown[] = [];
  const bounds = { ...apiKeys[0]?.finery, scopes: ['model.request'], models: ['finery-nano'] };
  server.use(
    http.get('/api/projects/:project/api_keys', () =>
      HttpResponse.json({ object: 'list', data: [{ ...apiKeys[0], finery: bounds }] }),
    ),
    http.post('/api/projects/:project/api_keys/key_1', async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(apiKeys[0]);
    }),
  );
  const { user } = renderApp('/keys');
  await user.click(await screen.findByRole('button', { name: 'Edit Production server' }));
  const dialog = await screen.findByRole('dialog');
  await user.click(within(dialog).getByRole('checkbox', { name: /Call models/ }));
  await user.type(within(dialog).getByRole('combobox', { name: 'Models it may call' }), '{backspace}');
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  expect(await within(dialog).findAllByText('Choose at least one, or turn the limit off.')).toHaveLength(2);
  expect(sent).toEqual([]);

  await user.click(within(dialog).getByRole('switch', { name: 'Only certain actions' }));
  await user.click(within(dialog).getByRole('switch', { name: 'Only certain models' }));
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() => {
    expect(sent).toEqual([{ name: 'Production server', scopes: null, models: null, networks: null }]);
  });
});

test('a key is rotated with an overlap, and its new value shown once', async () => {
  let sent: unknown;
  server.use(
    http.post('/api/projects/:project/api_keys/:key/rotate', async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ ...apiKeys[0], id: 'key_3', value: VALUE }, { status: 201 });
    }),
  );
  const { user } = renderApp('/keys');
  await user.click(await screen.findByRole('button', { name: 'Rotate Production server' }));
  const dialog = await screen.findByRole('dialog', { name: 'Rotate' });
  await user.click(within(dialog).getByRole('radio', { name: '1 hour' }));
  await user.click(within(dialog).getByRole('button', { name: 'Rotate' }));
  expect(await within(dialog).findByText(VALUE)).toBeInTheDocument();
  expect(sent).toEqual({ overlap_seconds: 3600 });
  await user.click(within(dialog).getByRole('button', { name: 'Done' }));
  await waitFor(() => expect(screen.queryByText(VALUE)).not.toBeInTheDocument());
});

test('a viewer may not see keys, and is told why', async () => {
  server.use(http.get('/api/me', () => HttpResponse.json(viewer)));
  renderApp('/keys');
  expect(await screen.findByRole('alert')).toHaveTextContent('Needed: See your own API keys');
  expect(screen.getByRole('button', { name: 'Create key' })).toHaveAttribute('aria-disabled', 'true');
});

test("somebody else's key is revoked, and never changed", async () => {
  const theirs = { ...apiKeys[0], owner: { type: 'service_account', service_account: { id: 'svc_acct_1' } } };
  server.use(
    http.get('/api/projects/:project/api_keys', () => HttpResponse.json({ object: 'list', data: [theirs] })),
  );
  renderApp('/keys');
  expect(await screen.findByRole('button', { name: 'Revoke Production server' })).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Rotate Production server' })).not.toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Edit Production server' })).not.toBeInTheDocument();
});
