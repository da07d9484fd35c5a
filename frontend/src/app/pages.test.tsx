import { screen } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { axe } from 'vitest-axe';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

const PAGES: [path: string, title: string][] = [
  ['/', 'Overview'],
  ['/data', 'Data'],
  ['/files', 'Data'],
  ['/data/dataset_1', 'intents.csv'],
  ['/files/file-2', 'intents.csv'],
  ['/files/file-2?view=rows&line=2&open=2&path=text', 'intents.csv'],
  ['/files/file-1?view=tokens', 'support-chats.jsonl'],
  ['/files/file-2?view=columns', 'intents.csv'],
  ['/files/file-2?view=lineage', 'intents.csv'],
  ['/files/file-4', 'just-uploaded.jsonl'],
  ['/fine-tuning', 'Fine-tuning'],
  ['/fine-tuning/ftjob-1', 'support-v1'],
  ['/playground', 'Playground'],
  ['/keys', 'API keys'],
  ['/usage', 'Usage'],
  ['/settings', 'Organization'],
  ['/settings/members', 'Members'],
  ['/settings/invitations', 'Invitations'],
  ['/settings/projects', 'Projects'],
  ['/settings/admin-keys', 'Admin keys'],
  ['/settings/audit-log', 'Audit log'],
  ['/settings/project', 'Project'],
  ['/settings/project/members', 'Project members'],
  ['/settings/project/service-accounts', 'Service accounts'],
  ['/settings/project/rate-limits', 'Rate limits'],
  ['/settings/profile', 'Profile'],
  ['/settings/security', 'Security'],
  ['/settings/sessions', 'Active sessions'],
  ['/settings/connections', 'Connected accounts'],
  ['/nowhere', 'Page not found'],
];

test.each(PAGES)('%s is filled and accessible', async (path, title) => {
  const { container } = renderApp(path);
  expect(await screen.findByRole('heading', { level: 1, name: title })).toBeInTheDocument();
  const { violations } = await axe(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
});

test('a failed list shows the message and its code, and is asked again', async () => {
  let isBroken = true;
  server.use(
    http.get('/v1/files', () => {
      if (!isBroken) return undefined;
      return HttpResponse.json(
        { error: { message: 'The store is away', code: 'service_unavailable' } },
        { status: 503 },
      );
    }),
  );
  const { user } = renderApp('/files');
  const note = await screen.findByRole('alert');
  expect(note).toHaveTextContent('The store is away');
  expect(note).toHaveTextContent('service_unavailable');
  isBroken = false;
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('link', { name: 'intents.csv' })).toBeInTheDocument();
});

test('empty lists say what to do', async () => {
  server.use(
    http.get('/v1/fine_tuning/jobs', () => HttpResponse.json({ object: 'list', data: [], has_more: false })),
  );
  renderApp('/fine-tuning');
  expect(await screen.findByText('No jobs yet')).toBeInTheDocument();
});

test('errors of a file come with their lines', async () => {
  renderApp('/files/file-3');
  expect(await screen.findByRole('cell', { name: /A label is blank/ })).toBeInTheDocument();
  expect(screen.getByRole('cell', { name: 'Open line 9' })).toBeInTheDocument();
});

test('a failed job shows code, message and field', async () => {
  renderApp('/fine-tuning/ftjob-3');
  const note = await screen.findByRole('alert');
  expect(note).toHaveTextContent('must have at least 10 examples');
  expect(note).toHaveTextContent('invalid_n_examples');
  expect(note).toHaveTextContent('training_file');
});
