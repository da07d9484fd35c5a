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
const WRONG = { status: 400, errors: [{ message: 'Incorrect code.', code: 'incorrect_code', param: 'key' }] };

/** allauth's sign-up: it ends with the third wrong code; from then on it answers 409 without a word. */
function serveSignUp({ resends = 2 } = {}) {
  let wrong = 0;
  let isOpen = false;
  let sent = 0;
  const over = () => HttpResponse.json({ status: 409 }, { status: 409 });
  const begin = () => {
    isOpen = true;
    wrong = 0;
    sent = 0;
    return HttpResponse.json(PENDING, { status: 401 });
  };
  server.use(
    http.get(`${ROOT}/session`, () => HttpResponse.json(isOpen ? PENDING : SIGNED_OUT, { status: 401 })),
    http.post(`${ROOT}/signup`, begin),
    http.post(`${ROOT}/login`, begin),
    http.post(`${ROOT}/email/verify`, async ({ request }) => {
      if (!isOpen) return over();
      if (((await request.json()) as { key: string }).key === 'GOOD') return HttpResponse.json(SIGNED_IN);
      isOpen = ++wrong < 3;
      return HttpResponse.json(WRONG, { status: 400 });
    }),
    http.post(`${ROOT}/email/verify/resend`, () =>
      isOpen && sent++ < resends ? HttpResponse.json({ status: 200 }) : over(),
    ),
  );
}

async function signUp() {
  const app = renderApp('/signup');
  await app.user.type(await screen.findByRole('textbox', { name: /Work e-mail/ }), 'ada@example.com');
  await app.user.type(screen.getByLabelText(/^Password/), 'correct horse battery');
  await app.user.click(screen.getByRole('button', { name: 'Create account' }));
  expect(await screen.findByText(/that we sent to ada@example\.com/)).toBeInTheDocument();
  const confirm = async (code: string) => {
    const field = screen.getByRole('textbox', { name: /Code/ });
    await app.user.clear(field);
    await app.user.type(field, code);
    await app.user.click(screen.getByRole('button', { name: 'Confirm' }));
  };
  return { ...app, confirm };
}

test('after three wrong codes a log-in with the same address brings a new one', async () => {
  serveSignUp();
  const { user, confirm } = await signUp();
  for (const code of ['WRONG1', 'WRONG2', 'WRONG3']) await confirm(code);
  expect(await screen.findByRole('alert')).toHaveTextContent('entered wrong too often');
  expect(screen.getByRole('textbox', { name: /E-mail/ })).toHaveValue('ada@example.com');
  expect(screen.queryByText(/HTTP/)).not.toBeInTheDocument();

  await user.type(screen.getByLabelText(/^Password/), 'correct horse battery');
  await user.click(screen.getByRole('button', { name: 'Log in and get a new code' }));
  await screen.findByRole('textbox', { name: /Code/ });
  await confirm('GOOD');
  expect(await screen.findByRole('heading', { level: 1, name: /first API key/ })).toBeInTheDocument();
});

test('when no further code is sent, the same way is offered, and another address can be used', async () => {
  serveSignUp({ resends: 0 });
  const { user, router } = await signUp();
  await user.click(screen.getByRole('button', { name: 'Send a new code' }));
  expect(await screen.findByRole('button', { name: 'Log in and get a new code' })).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Use another address' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Create your account' })).toBeInTheDocument();
  expect(router.state.location.pathname).toBe('/signup');
});

test('who confirmed the address in another tab goes on in this one', async () => {
  serveSignUp();
  const { confirm } = await signUp();
  server.use(
    http.post(`${ROOT}/email/verify`, () => HttpResponse.json({ status: 409 }, { status: 409 })),
    http.get(`${ROOT}/session`, () => HttpResponse.json(SIGNED_IN)),
  );
  await confirm('GOOD');
  expect(await screen.findByRole('heading', { level: 1, name: /first API key/ })).toBeInTheDocument();
});
