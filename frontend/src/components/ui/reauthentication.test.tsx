import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { vi } from 'vitest';
import { axe } from 'vitest-axe';
import { apiKeys } from '@/testing/fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

const ROOT = '/_allauth/browser/v1/auth';
const OK = { status: 200, data: {}, meta: { is_authenticated: true } };

/** A server that wants proof before it makes a key. */
function demandProof() {
  const state = { isProved: false, tries: 0 };
  server.use(
    http.post('/api/projects/:project/api_keys', () => {
      state.tries += 1;
      if (state.isProved) {
        return HttpResponse.json({ ...apiKeys[0], id: 'key_2', value: 'sk-after-proof' }, { status: 201 });
      }
      const error = { message: 'Confirm that it is you.', code: 'reauthentication_required' };
      return HttpResponse.json({ error }, { status: 403 });
    }),
  );
  return state;
}

async function createKey() {
  const app = renderApp('/keys');
  await app.user.click(await screen.findByRole('button', { name: 'Create key' }));
  const form = await screen.findByRole('dialog', { name: 'Create key' });
  await app.user.type(within(form).getByRole('textbox', { name: 'Name' }), 'CI');
  await app.user.click(within(form).getByRole('button', { name: 'Create key' }));
  return { ...app, dialog: await screen.findByRole('dialog', { name: 'Confirm that it is you' }) };
}

test('a sensitive call is repeated once the password was given', async () => {
  const state = demandProof();
  server.use(
    http.post(`${ROOT}/reauthenticate`, async ({ request }) => {
      const { password } = (await request.json()) as { password: string };
      if (password !== 'right one') {
        const errors = [{ message: 'Incorrect password.', code: 'incorrect_password', param: 'password' }];
        return HttpResponse.json({ status: 400, errors }, { status: 400 });
      }
      state.isProved = true;
      return HttpResponse.json(OK);
    }),
  );
  const { user, dialog } = await createKey();
  const field = await within(dialog).findByLabelText(/^Password/, { selector: '[type=password]' });
  const { violations } = await axe(dialog, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);

  await user.type(field, 'wrong one');
  await user.click(within(dialog).getByRole('button', { name: 'Confirm' }));
  expect(await within(dialog).findByText('Incorrect password.')).toBeInTheDocument();
  expect(state.tries).toBe(1);

  await user.clear(field);
  await user.type(field, 'right one');
  await user.click(within(dialog).getByRole('button', { name: 'Confirm' }));
  expect(await screen.findByText('sk-after-proof')).toBeInTheDocument();
  expect(state.tries).toBe(2);
});

test('a code of the authenticator app will do as well', async () => {
  const state = demandProof();
  server.use(
    http.post(`${ROOT}/2fa/reauthenticate`, async ({ request }) => {
      expect(await request.json()).toEqual({ code: '123456' });
      state.isProved = true;
      return HttpResponse.json(OK);
    }),
  );
  const { user, dialog } = await createKey();
  await user.click(await within(dialog).findByText('Code'));
  await user.type(within(dialog).getByRole('textbox', { name: /Code from your app/ }), '123456');
  await user.click(within(dialog).getByRole('button', { name: 'Confirm' }));
  expect(await screen.findByText('sk-after-proof')).toBeInTheDocument();
});

test('a passkey will do as well', async () => {
  const get = vi.fn(() => Promise.resolve({ toJSON: () => ({ id: 'cred-1' }) }));
  const parse = (options: unknown) => options;
  vi.stubGlobal(
    'PublicKeyCredential',
    Object.assign(() => null, { parseRequestOptionsFromJSON: parse }),
  );
  vi.stubGlobal('navigator', Object.assign(navigator, { credentials: { get } }));
  const state = demandProof();
  server.use(
    http.get('/_allauth/browser/v1/account/authenticators', () =>
      HttpResponse.json({
        status: 200,
        data: [{ type: 'webauthn', id: 1, created_at: 1, last_used_at: null }],
      }),
    ),
    http.get(`${ROOT}/webauthn/reauthenticate`, () =>
      HttpResponse.json({ status: 200, data: { request_options: { publicKey: { challenge: 'abc' } } } }),
    ),
    http.post(`${ROOT}/webauthn/reauthenticate`, async ({ request }) => {
      expect(await request.json()).toEqual({ credential: { id: 'cred-1' } });
      state.isProved = true;
      return HttpResponse.json(OK);
    }),
  );
  const { user, dialog } = await createKey();
  await user.click(await within(dialog).findByText('Passkey'));
  await user.click(within(dialog).getByRole('button', { name: 'Use a passkey' }));
  expect(await screen.findByText('sk-after-proof')).toBeInTheDocument();
  expect(get).toHaveBeenCalledWith({ publicKey: { challenge: 'abc' } });
  vi.stubGlobal('PublicKeyCredential', undefined);
});

test('who does not confirm changes nothing', async () => {
  const state = demandProof();
  const { user, dialog } = await createKey();
  await user.click(within(dialog).getByRole('button', { name: 'Close' }));
  const form = await screen.findByRole('dialog', { name: 'Create key' });
  expect(await within(form).findByRole('alert')).toHaveTextContent('Nothing was changed');
  expect(state.tries).toBe(1);
});

test('without a password or a second factor, one signs in again', async () => {
  demandProof();
  server.use(
    http.get(`${ROOT}/session`, () =>
      HttpResponse.json({
        status: 200,
        data: { user: { email: 'ada@example.com', has_usable_password: false } },
        meta: { is_authenticated: true },
      }),
    ),
    http.get('/_allauth/browser/v1/account/authenticators', () =>
      HttpResponse.json({ status: 200, data: [] }),
    ),
  );
  const { dialog } = await createKey();
  expect(await within(dialog).findByRole('button', { name: 'Sign in again' })).toBeInTheDocument();
});

test("allauth's own demand for proof opens the same dialog", async () => {
  let isProved = false;
  server.use(
    http.get('/_allauth/browser/v1/account/authenticators/recovery-codes', () =>
      isProved
        ? HttpResponse.json({ status: 200, data: { type: 'recovery_codes', unused_codes: ['aaaa-1111'] } })
        : HttpResponse.json(
            { status: 401, data: { flows: [{ id: 'reauthenticate' }] }, meta: { is_authenticated: true } },
            { status: 401 },
          ),
    ),
    http.post(`${ROOT}/reauthenticate`, () => {
      isProved = true;
      return HttpResponse.json(OK);
    }),
  );
  const { user } = renderApp('/settings/security');
  await user.click(await screen.findByRole('button', { name: 'Show the codes' }));
  const dialog = await screen.findByRole('dialog', { name: 'Confirm that it is you' });
  await user.type(
    await within(dialog).findByLabelText(/^Password/, { selector: '[type=password]' }),
    'right one',
  );
  await user.click(within(dialog).getByRole('button', { name: 'Confirm' }));
  expect(await screen.findByText('aaaa-1111')).toBeInTheDocument();
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
});
