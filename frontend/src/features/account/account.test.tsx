import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { sessions } from '@/testing/admin-fixtures';
import { NOW } from '@/testing/fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

const ROOT = '/_allauth/browser/v1';
const SECRET = 'JBSWY3DPEHPK3PXP';

test('an authenticator app is set up by QR code or by typing the secret', async () => {
  let isOn = false;
  server.use(
    http.get(`${ROOT}/account/authenticators`, () =>
      HttpResponse.json({
        status: 200,
        data: isOn ? [{ type: 'totp', created_at: NOW, last_used_at: null }] : [],
      }),
    ),
    http.get(`${ROOT}/account/authenticators/totp`, () =>
      HttpResponse.json(
        {
          status: 404,
          meta: { secret: SECRET, totp_url: `otpauth://totp/Finery:ada@example.com?secret=${SECRET}` },
        },
        { status: 404 },
      ),
    ),
    http.post(`${ROOT}/account/authenticators/totp`, async ({ request }) => {
      expect(await request.json()).toEqual({ code: '123456' });
      isOn = true;
      return HttpResponse.json({ status: 200, data: { type: 'totp' } });
    }),
  );
  const { user } = renderApp('/settings/security');
  await user.click(await screen.findByRole('button', { name: 'Set up an authenticator app' }));
  const dialog = await screen.findByRole('dialog', { name: 'Set up an authenticator app' });
  expect(await within(dialog).findByRole('img', { name: 'QR code for the authenticator app' })).toBeVisible();
  expect(within(dialog).getByText(SECRET)).toBeInTheDocument();
  await user.type(within(dialog).getByRole('textbox', { name: /Code that the app shows/ }), '123456');
  await user.click(within(dialog).getByRole('button', { name: 'Turn on' }));
  expect(await screen.findByText('The authenticator app is on')).toBeInTheDocument();
  expect(await screen.findByRole('button', { name: 'Turn off' })).toBeInTheDocument();
});

test('all other sessions are ended at once, after asking', async () => {
  const ended: unknown[] = [];
  server.use(
    http.delete(`${ROOT}/auth/sessions`, async ({ request }) => {
      ended.push(await request.json());
      return HttpResponse.json({ status: 200, data: sessions.slice(0, 1) });
    }),
  );
  const { user } = renderApp('/settings/sessions');
  expect(await screen.findByText('Firefox, Linux')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: /End the session of Firefox/ })).not.toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'End all other sessions' }));
  const dialog = await screen.findByRole('dialog');
  expect(ended).toEqual([]);
  await user.click(within(dialog).getByRole('button', { name: 'End' }));
  await waitFor(() => expect(ended).toEqual([{ sessions: [2] }]));
});

test('a refused password stands on its field', async () => {
  server.use(
    http.post(`${ROOT}/account/password/change`, () =>
      HttpResponse.json(
        {
          status: 400,
          errors: [
            { message: 'Please type your current password.', code: 'wrong', param: 'current_password' },
          ],
        },
        { status: 400 },
      ),
    ),
  );
  const { user } = renderApp('/settings/security');
  await user.type(await screen.findByLabelText(/^Current password/), 'wrong');
  await user.type(screen.getByLabelText(/^New password/), 'a long and quiet river');
  await user.click(screen.getByRole('button', { name: 'Save the password' }));
  expect(await screen.findByText('Please type your current password.')).toBeInTheDocument();
});

test('a provider is connected by a real form', async () => {
  renderApp('/settings/connections');
  const button = await screen.findByRole('button', { name: 'Connect GitHub' });
  const form = button.closest('form');
  expect(form).toHaveAttribute('action', `${ROOT}/auth/provider/redirect`);
  expect(new FormData(form ?? undefined).get('process')).toBe('connect');
  expect(new FormData(form ?? undefined).get('callback_url')).toContain('/account/provider/callback?next=');
});
