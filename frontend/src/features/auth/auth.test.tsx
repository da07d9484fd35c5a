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
