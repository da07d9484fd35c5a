import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { axe } from 'vitest-axe';
import type { Me } from '@/lib/api/types';
import { developer, me, organization, viewer } from '@/testing/place-fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

const answerMe = (answer: Me) => server.use(http.get('/api/me', () => HttpResponse.json(answer)));

const refuse = (path: string, status: number, code: string | null, message = 'No') =>
  server.use(
    http.get(path, () =>
      HttpResponse.json({ error: { message, code, param: null, type: 'invalid_request_error' } }, { status }),
    ),
  );

test('a missing permission says which one, the role, and who can help', async () => {
  answerMe(viewer);
  refuse('/v1/files', 403, 'insufficient_permissions', 'Insufficient permissions. Missing: file.read.');
  const { container } = renderApp('/files');
  const note = await screen.findByRole('alert');
  expect(note).toHaveTextContent('You may not do this');
  expect(note).toHaveTextContent('Needed: Read files');
  expect(note).toHaveTextContent('Your role in Acme Support: Viewer');
  expect(await within(note).findByText('Grace Hopper (grace@example.com)')).toBeInTheDocument();
  expect(within(note).queryByText(/Alan Turing/)).not.toBeInTheDocument();
  const { violations } = await axe(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id }) => id)).toEqual([]);
});

test('what is missing says so in words of its own', async () => {
  refuse('/v1/fine_tuning/jobs/:job', 404, null, 'No such job');
  renderApp('/fine-tuning/ftjob-9');
  const note = await screen.findByRole('alert');
  expect(note).toHaveTextContent('Not found');
  expect(note).toHaveTextContent('No such job');
});

test('a lost connection is named, and tried again', async () => {
  let isDown = true;
  server.use(http.get('/v1/files', () => (isDown ? HttpResponse.error() : undefined)));
  const { user } = renderApp('/files');
  expect(await screen.findByRole('alert')).toHaveTextContent('No connection');
  isDown = false;
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('link', { name: 'intents.csv' })).toBeInTheDocument();
});

test('pages of administrators refuse a developer, and are not offered to one', async () => {
  answerMe(developer);
  renderApp('/settings/audit-log');
  expect(await screen.findByRole('alert')).toHaveTextContent('Needed: Read the audit log');
  const settings = screen.getByRole('navigation', { name: 'Settings' });
  expect(within(settings).queryByRole('link', { name: 'Audit log' })).not.toBeInTheDocument();
  expect(within(settings).getByRole('link', { name: 'Members' })).toBeInTheDocument();
});

test('a button without its permission is disabled and says why', async () => {
  answerMe(viewer);
  renderApp('/fine-tuning');
  const button = await screen.findByRole('button', { name: 'New job' });
  expect(button).toHaveAttribute('aria-disabled', 'true');
  expect(button).toHaveAccessibleDescription(/Your role \(Viewer\) does not include this/);
});

test('a member without a project is told whom to ask', async () => {
  answerMe({
    ...developer,
    organizations: [{ ...organization, role: 'developer', permissions: [], projects: [] }],
  });
  renderApp('/files');
  expect(await screen.findByText('You are in no project yet')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'New project' })).not.toBeInTheDocument();
});

test('staff who look on see a banner, change nothing, and end it', async () => {
  const impersonation = { staff_email: 'staff@finery.example', expires_at: 1_763_900_000 };
  answerMe({ ...me, impersonation });
  let isEnded = false;
  server.use(
    http.post('/api/impersonation/end', () => {
      isEnded = true;
      return HttpResponse.json({ left: true });
    }),
  );
  const { user } = renderApp('/keys');
  expect(await screen.findByText(/You see this as ada@example.com, read-only, until/)).toBeInTheDocument();
  const create = await screen.findByRole('button', { name: 'Create key' });
  expect(create).toHaveAccessibleDescription(/nothing can be changed/);
  await user.click(screen.getByRole('button', { name: 'End' }));
  await expect.poll(() => isEnded).toBe(true);
});

test('somebody signed out meanwhile is asked to log in, and comes back', async () => {
  let isOut = false;
  server.use(
    http.get('/_allauth/browser/v1/auth/session', () =>
      isOut
        ? HttpResponse.json(
            { status: 401, data: { flows: [] }, meta: { is_authenticated: false } },
            { status: 401 },
          )
        : undefined,
    ),
    http.get('/v1/files', () => {
      isOut = true;
      return HttpResponse.json({ error: { message: 'Who?', code: null } }, { status: 401 });
    }),
  );
  const { router } = renderApp('/files');
  expect(await screen.findByRole('heading', { level: 1, name: 'Log in' })).toBeInTheDocument();
  expect(router.state.location.search).toEqual({ next: '/files' });
});
