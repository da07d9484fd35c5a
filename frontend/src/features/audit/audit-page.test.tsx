import { screen, waitFor } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { vi } from 'vitest';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

function listen() {
  const asked: URLSearchParams[] = [];
  server.use(
    http.get('/v1/organization/audit_logs', ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return undefined;
    }),
  );
  return asked;
}

test('entries say who, what and from where, and show what changed', async () => {
  const { user } = renderApp('/settings/audit-log');
  expect(await screen.findByRole('cell', { name: /ada@example.com.*From 203.0.113.7/ })).toBeInTheDocument();
  expect(
    screen.getByRole('cell', { name: /svc_acct_1.*From 198.51.100.9.*By key key_1/ }),
  ).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: /Details: Project changed/ }));
  expect(await screen.findByRole('cell', { name: 'First project' })).toBeInTheDocument();
  expect(screen.getAllByRole('cell', { name: 'Default project' }).length).toBeGreaterThan(0);
});

test('filters become parameters of the API', async () => {
  const asked = listen();
  const { user } = renderApp('/settings/audit-log');
  await user.click(await screen.findByRole('combobox', { name: 'Events' }));
  await user.click(await screen.findByRole('option', { name: 'Member joined' }));
  await user.click(await screen.findByRole('option', { name: 'Login failed' }));
  await user.type(screen.getByRole('textbox', { name: "Actor's e-mail" }), 'ada@example.com');
  await user.type(screen.getByLabelText('From (day)'), '2026-01-30');
  await user.type(screen.getByLabelText('To (day)'), '2026-01-31');
  await user.type(screen.getByRole('textbox', { name: 'Resource id' }), 'proj_1');
  await user.click(screen.getByRole('button', { name: 'Apply filters' }));
  await waitFor(() => expect(asked.length).toBeGreaterThan(1));
  const last = asked.at(-1);
  expect(last?.getAll('event_types[]')).toEqual(['user.added', 'login.failed']);
  expect(last?.getAll('actor_emails[]')).toEqual(['ada@example.com']);
  expect(last?.getAll('resource_ids[]')).toEqual(['proj_1']);
  const seconds = (date: Date) => String(date.getTime() / 1000);
  expect(last?.get('effective_at[gte]')).toBe(seconds(new Date(2026, 0, 30)));
  expect(last?.get('effective_at[lt]')).toBe(seconds(new Date(2026, 1, 1)));
});

test('the log is downloaded as CSV', async () => {
  const createObjectURL = vi.fn(() => 'blob:log');
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL, revokeObjectURL: () => undefined }));
  let format: string | null = null;
  server.use(
    http.get('/v1/organization/audit_logs/export', ({ request }) => {
      format = new URL(request.url).searchParams.get('format');
      return new HttpResponse('id\n', { headers: { 'Content-Type': 'text/csv' } });
    }),
  );
  const { user } = renderApp('/settings/audit-log');
  await user.click(await screen.findByRole('button', { name: 'Export' }));
  await user.click(await screen.findByRole('menuitem', { name: 'As CSV' }));
  await waitFor(() => expect(createObjectURL).toHaveBeenCalled());
  expect(format).toBe('csv');
});
