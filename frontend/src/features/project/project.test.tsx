import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { rateLimits } from '@/testing/admin-fixtures';
import { NOW } from '@/testing/fixtures';
import { developer } from '@/testing/place-fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

test('a service account comes with a key that is shown once', async () => {
  server.use(
    http.post('/v1/organization/projects/:project/service_accounts', () =>
      HttpResponse.json({
        id: 'svc_acct_2',
        name: 'Pipeline',
        role: 'member',
        created_at: NOW,
        api_key: { id: 'key_7', name: 'Secret Key', value: 'sk-svc-once' },
      }),
    ),
  );
  const { user } = renderApp('/settings/project/service-accounts');
  await user.click(await screen.findByRole('button', { name: 'New service account' }));
  const dialog = await screen.findByRole('dialog');
  await user.type(within(dialog).getByRole('textbox', { name: /Name/ }), 'Pipeline');
  await user.click(within(dialog).getByRole('button', { name: 'New service account' }));
  expect(await within(dialog).findByText('sk-svc-once')).toBeInTheDocument();
  await user.click(within(dialog).getByRole('button', { name: 'Done' }));
  await waitFor(() => expect(screen.queryByText('sk-svc-once')).not.toBeInTheDocument());
});

test('limits of a model are changed', async () => {
  const sent: unknown[] = [];
  server.use(
    http.post('/v1/organization/projects/:project/rate_limits/:limit', async ({ request, params }) => {
      sent.push([params.limit, await request.json()]);
      return HttpResponse.json(rateLimits[0]);
    }),
  );
  const { user } = renderApp('/settings/project/rate-limits');
  await user.click(await screen.findByRole('button', { name: 'Limits of finery-nano' }));
  const dialog = await screen.findByRole('dialog', { name: 'Limits of finery-nano' });
  const requests = within(dialog).getByRole('textbox', { name: /Requests per minute/ });
  await user.clear(requests);
  await user.type(requests, '60');
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() =>
    expect(sent).toEqual([
      ['rl-finery-nano', { max_requests_per_1_minute: 60, max_tokens_per_1_minute: 200_000 }],
    ]),
  );
});

test('whose seat comes from the organization keeps it; others are removed after asking', async () => {
  const removed: unknown[] = [];
  server.use(
    http.delete('/v1/organization/projects/:project/users/:user', ({ params }) => {
      removed.push(params.user);
      return HttpResponse.json({ deleted: true });
    }),
  );
  const { user } = renderApp('/settings/project/members');
  expect(await screen.findByText('By the role in the organization')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Remove ada@example.com' })).not.toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Remove Alan Turing' }));
  const dialog = await screen.findByRole('dialog');
  await user.click(within(dialog).getByRole('button', { name: 'Remove' }));
  await waitFor(() => expect(removed).toEqual(['user_3']));
});

test('a member of the project sees its limits and cannot change them', async () => {
  server.use(http.get('/api/me', () => HttpResponse.json(developer)));
  renderApp('/settings/project/rate-limits');
  expect(await screen.findByRole('cell', { name: '600' })).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Limits of finery-nano' })).not.toBeInTheDocument();
  expect(screen.getByText(/does not include this: Change rate limits/)).toBeInTheDocument();
});
