import { screen } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { SIGNED_IN, SIGNED_OUT } from '@/testing/answers';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

const ROOT = '/_allauth/browser/v1/auth';
const PENDING = {
  status: 401,
  data: { flows: [{ id: 'verify_email', is_pending: true }] },
  meta: { is_authenticated: false },
};

beforeEach(() =>
  server.use(http.get(`${ROOT}/session`, () => HttpResponse.json(SIGNED_OUT, { status: 401 }))),
);

test('sign up, then the mailed code, then the dashboard', async () => {
  server.use(
    http.post(`${ROOT}/signup`, () => HttpResponse.json(PENDING, { status: 401 })),
    http.post(`${ROOT}/email/verify`, async ({ request }) => {
      expect(await request.json()).toEqual({ key: 'ABCD-EFGH' });
      return HttpResponse.json(SIGNED_IN);
    }),
  );
  const { user } = renderApp('/signup');
  await user.type(await screen.findByRole('textbox', { name: /Work e-mail/ }), 'ada@example.com');
  await user.type(screen.getByLabelText(/^Password/), 'correct horse battery');
  await user.click(screen.getByRole('button', { name: 'Create account' }));

  await user.type(await screen.findByRole('textbox', { name: /Code/ }), 'ABCD-EFGH');
  await user.click(screen.getByRole('button', { name: 'Confirm' }));
  expect(await screen.findByRole('heading', { level: 1, name: /first API key/ })).toBeInTheDocument();
});

test('what was refused stands on its field', async () => {
  const errors = [{ message: 'This password is too short.', code: 'password_too_short', param: 'password' }];
  server.use(http.post(`${ROOT}/signup`, () => HttpResponse.json({ status: 400, errors }, { status: 400 })));
  const { user } = renderApp('/signup');
  await user.type(await screen.findByRole('textbox', { name: /Work e-mail/ }), 'ada@example.com');
  await user.type(screen.getByLabelText(/^Password/), 'short');
  await user.click(screen.getByRole('button', { name: 'Create account' }));
  expect(await screen.findByText('This password is too short.')).toBeInTheDocument();
});

test('a page asks a visitor to log in and remembers where to go', async () => {
  const { router } = renderApp('/usage');
  expect(await screen.findByRole('heading', { level: 1, name: 'Log in' })).toBeInTheDocument();
  expect(router.state.location.search).toEqual({ next: '/usage' });
});

test('the language is switched while logged out, and kept', async () => {
  const { user } = renderApp('/login');
  await user.click(await screen.findByText('中文'));
  expect(await screen.findByRole('heading', { level: 1, name: '登录' })).toBeInTheDocument();
  expect(document.documentElement.lang).toBe('zh-CN');
  expect(localStorage.getItem('finery.language')).toBe('zh-CN');
});

const SECOND_FACTOR = {
  status: 401,
  data: { flows: [{ id: 'mfa_authenticate', is_pending: true, types: ['totp', 'recovery_codes'] }] },
  meta: { is_authenticated: false },
};

test('a login with a second factor asks for the code, then goes where it was meant to', async () => {
  server.use(
    http.post(`${ROOT}/login`, () => HttpResponse.json(SECOND_FACTOR, { status: 401 })),
    http.post(`${ROOT}/2fa/authenticate`, async ({ request }) => {
      const { code } = (await request.json()) as { code: string };
      if (code === '123456') return HttpResponse.json(SIGNED_IN);
      const errors = [{ message: 'Incorrect code.', code: 'incorrect_code', param: 'code' }];
      return HttpResponse.json({ status: 400, errors }, { status: 400 });
    }),
  );
  const { user } = renderApp('/login?next=%2Fusage');
  await user.type(await screen.findByRole('textbox', { name: /E-mail/ }), 'ada@example.com');
  await user.type(screen.getByLabelText(/^Password/), 'correct horse battery');
  await user.click(screen.getByRole('button', { name: 'Log in' }));

  const code = await screen.findByRole('textbox', { name: /Code from your app/ });
  await user.type(code, '000000');
  await user.click(screen.getByRole('button', { name: 'Confirm' }));
  expect(await screen.findByText('Incorrect code.')).toBeInTheDocument();
  await user.clear(code);
  await user.type(code, '123456');
  await user.click(screen.getByRole('button', { name: 'Confirm' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Usage' })).toBeInTheDocument();
});

test('the login page offers the providers of this installation, by a real form', async () => {
  document.cookie = 'csrftoken=token-1';
  renderApp('/login');
  const button = await screen.findByRole('button', { name: 'Continue with GitHub' });
  const fields = new FormData(button.closest('form') ?? undefined);
  expect(Object.fromEntries(fields)).toMatchObject({
    csrfmiddlewaretoken: 'token-1',
    provider: 'github',
    process: 'login',
  });
});

test('a provider that refused is named, with a way back', async () => {
  renderApp('/account/provider/callback?error=cancelled&error_process=login');
  expect(await screen.findByRole('alert')).toHaveTextContent('You stopped the sign-in.');
  expect(screen.getByRole('link', { name: 'Back' })).toHaveAttribute('href', '/login');
});

test('a provider without an e-mail address leads to the page that asks for one', async () => {
  const pending = {
    status: 401,
    data: { flows: [{ id: 'provider_signup', is_pending: true }] },
    meta: { is_authenticated: false },
  };
  server.use(http.get(`${ROOT}/session`, () => HttpResponse.json(pending, { status: 401 })));
  renderApp('/account/provider/callback');
  expect(await screen.findByRole('heading', { level: 1, name: 'One more thing' })).toBeInTheDocument();
});
