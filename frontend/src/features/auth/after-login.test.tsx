import { screen, waitFor } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { vi } from 'vitest';
import { SIGNED_IN, SIGNED_OUT } from '@/testing/answers';
import { me } from '@/testing/place-fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

const ROOT = '/_allauth/browser/v1/auth';

async function logInFor(next: string) {
  server.use(
    http.get(`${ROOT}/session`, () => HttpResponse.json(SIGNED_OUT, { status: 401 })),
    http.post(`${ROOT}/login`, () => HttpResponse.json(SIGNED_IN)),
  );
  const app = renderApp(`/login?next=${encodeURIComponent(next)}`);
  await app.user.type(await screen.findByRole('textbox', { name: /E-mail/ }), 'ada@example.com');
  await app.user.type(screen.getByLabelText(/^Password/), 'a long and quiet river');
  await app.user.click(screen.getByRole('button', { name: 'Log in' }));
  return app;
}

test('the staff console is loaded as a page of the server', async () => {
  const assign = vi.fn();
  const real = window.location;
  const { href, origin } = window.location;
  vi.stubGlobal('location', { href, origin, assign });
  await logInFor('/staff/');
  await waitFor(() => expect(assign).toHaveBeenCalledWith('/staff/'));
  vi.stubGlobal('location', real);
});

test('a page of the dashboard is gone to', async () => {
  await logInFor('/usage?days=7');
  expect(await screen.findByRole('heading', { level: 1, name: 'Usage' })).toBeInTheDocument();
});

test('who is signed in already goes on to where they wanted', async () => {
  const { router } = renderApp('/login?next=%2Fkeys');
  expect(await screen.findByRole('heading', { level: 1, name: 'API keys' })).toBeInTheDocument();
  expect(router.state.location.pathname).toBe('/keys');
});

test('staff find their console in the account menu, others do not', async () => {
  server.use(http.get('/api/me', () => HttpResponse.json({ ...me, user: { ...me.user, is_staff: true } })));
  const { user, unmount } = renderApp('/');
  await user.click(await screen.findByRole('button', { name: /^Account/ }));
  expect(await screen.findByRole('menuitem', { name: 'Staff console' })).toHaveAttribute('href', '/staff/');
  unmount();
  server.resetHandlers();
  const other = renderApp('/');
  await other.user.click(await screen.findByRole('button', { name: /^Account/ }));
  expect(await screen.findByRole('menuitem', { name: 'Your account' })).toBeInTheDocument();
  expect(screen.queryByRole('menuitem', { name: 'Staff console' })).not.toBeInTheDocument();
});

test('an account is there without an organization', async () => {
  server.use(http.get('/api/me', () => HttpResponse.json({ ...me, organizations: [] })));
  const { user, router } = renderApp('/');
  await user.click(await screen.findByRole('link', { name: 'Your account' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Security' })).toBeInTheDocument();
  expect(screen.queryByRole('link', { name: 'Members' })).not.toBeInTheDocument();
  await user.click(screen.getByRole('link', { name: 'Profile' }));
  expect(await screen.findByRole('button', { name: /^Delete/ })).toBeInTheDocument();
  await router.navigate({ to: '/settings/members' });
  expect(
    await screen.findByRole('heading', { level: 1, name: 'Name your organization' }),
  ).toBeInTheDocument();
});
