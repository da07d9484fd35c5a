import { screen } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { lookup } from '@/testing/admin-fixtures';
import { SIGNED_OUT } from '@/testing/answers';
import { organization } from '@/testing/place-fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

const answerLookup = (answer: object, status = 200) =>
  server.use(http.post('/api/invitations/lookup', () => HttpResponse.json(answer, { status })));

test('an invitation is accepted, and leads into the organization', async () => {
  answerLookup(lookup);
  server.use(
    http.post('/api/invitations/accept', async ({ request }) => {
      expect(await request.json()).toEqual({ token: 'tok' });
      return HttpResponse.json(organization);
    }),
  );
  const { user } = renderApp('/invitations/tok');
  expect(await screen.findByText('Join Acme Support as Developer.')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Accept the invitation' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Overview' })).toBeInTheDocument();
});

test('an invitation that does not work says why that can be', async () => {
  answerLookup({ error: { message: 'No such invitation', code: 'invite_not_usable' } }, 404);
  renderApp('/invitations/old');
  const note = await screen.findByRole('alert');
  expect(note).toHaveTextContent('This invitation does not work');
  expect(note).toHaveTextContent('used, withdrawn or has expired');
});

test('the wrong account is told so, and may log out', async () => {
  answerLookup({ ...lookup, email: 'grace@example.com' });
  renderApp('/invitations/tok');
  const note = await screen.findByRole('alert');
  expect(note).toHaveTextContent(
    'You are signed in as ada@example.com; the invitation is for grace@example.com.',
  );
  expect(screen.getByRole('button', { name: 'Log out and use the other address' })).toBeInTheDocument();
});

test('a visitor signs up or logs in, and comes back', async () => {
  answerLookup(lookup);
  server.use(
    http.get('/_allauth/browser/v1/auth/session', () => HttpResponse.json(SIGNED_OUT, { status: 401 })),
  );
  const { user, router } = renderApp('/invitations/tok');
  await user.click(await screen.findByRole('link', { name: 'Create account' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Create your account' })).toBeInTheDocument();
  expect(router.state.location.search).toEqual({ next: '/invitations/tok' });
});
