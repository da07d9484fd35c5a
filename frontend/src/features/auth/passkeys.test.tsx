import { screen } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { afterEach, beforeEach, vi } from 'vitest';
import { SIGNED_IN, SIGNED_OUT } from '@/testing/answers';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

const ROOT = '/_allauth/browser/v1/auth';
const CREDENTIAL = { id: 'cred-1', type: 'public-key' };
const get = vi.fn();

class PublicKeyCredentialStub {
  static parseRequestOptionsFromJSON = (options: unknown) => options;
}

beforeEach(() => {
  vi.stubGlobal('PublicKeyCredential', PublicKeyCredentialStub);
  vi.stubGlobal('navigator', Object.assign(navigator, { credentials: { get } }));
  server.use(
    http.get(`${ROOT}/session`, () => HttpResponse.json(SIGNED_OUT, { status: 401 })),
    http.get(`${ROOT}/webauthn/login`, () =>
      HttpResponse.json({ status: 200, data: { request_options: { publicKey: { challenge: 'abc' } } } }),
    ),
    http.post(`${ROOT}/webauthn/login`, async ({ request }) => {
      expect(await request.json()).toEqual({ credential: CREDENTIAL });
      return HttpResponse.json(SIGNED_IN);
    }),
  );
});
afterEach(() => {
  get.mockReset();
  vi.stubGlobal('PublicKeyCredential', undefined);
});

test('a passkey signs in without a password', async () => {
  get.mockResolvedValue({ toJSON: () => CREDENTIAL });
  const { user } = renderApp('/login?next=%2Fusage');
  await user.click(await screen.findByRole('button', { name: 'Log in with a passkey' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Usage' })).toBeInTheDocument();
  expect(get).toHaveBeenCalledWith({ publicKey: { challenge: 'abc' } });
});

test("closing the browser's dialog is no error", async () => {
  get.mockRejectedValue(new DOMException('The user said no', 'NotAllowedError'));
  const { user } = renderApp('/login');
  const button = await screen.findByRole('button', { name: 'Log in with a passkey' });
  await user.click(button);
  await expect.poll(() => get.mock.calls.length).toBe(1);
  expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  expect(button).toBeEnabled();
});
