import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { apiKeys } from '@/testing/fixtures';
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
