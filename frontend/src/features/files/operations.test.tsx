import { screen } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { versions } from '@/testing/data-fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

function collect(made = 1) {
  const sent: unknown[] = [];
  server.use(
    http.post('/v1/datasets/dataset_1/versions', async ({ request }) => {
      sent.push(((await request.json()) as { operation: unknown }).operation);
      const data = Array.from({ length: made }, (_, at) => ({ ...versions[0], file_id: `file-${at + 4}` }));
      return HttpResponse.json({ object: 'list', data });
    }),
  );
  return sent;
}

async function open(name: string) {
  const app = renderApp('/files/file-2');
  await app.user.click(await screen.findByRole('button', { name: 'New version…' }));
  await app.user.click(await screen.findByRole('menuitem', { name }));
  await screen.findByRole('dialog', { name });
  return app;
}

test('a split keeps the labels’ shares, says what comes of it, and leads to the dataset', async () => {
  const sent = collect(2);
  const { user, router } = await open('Split');
  expect(screen.getByText(/about 960 rows to train on, 240 to validate with/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Make it' }));
  await expect.poll(() => router.state.location.pathname).toBe('/data/dataset_1');
  expect(sent).toEqual([
    {
      type: 'split',
      file_id: 'file-2',
      parts: [
        { name: 'train', percent: 80 },
        { name: 'validation', percent: 20 },
      ],
      seed: 42,
      is_stratified: true,
    },
  ]);
});

test('a filter needs a condition, and sends only those that were set', async () => {
  const sent = collect();
  const { user, router } = await open('Filter');
  expect(screen.getByRole('button', { name: 'Make it' })).toBeDisabled();
  await user.type(screen.getByRole('textbox', { name: 'Contains this text' }), '卡');
  await user.click(screen.getByRole('button', { name: 'Make it' }));
  await expect.poll(() => router.state.location.pathname).toBe('/files/file-4');
  expect(sent).toEqual([{ type: 'filter', file_id: 'file-2', where: { contains: '卡' } }]);
});

test('an augmentation back-fills rare labels by default', async () => {
  const sent = collect();
  const { user } = await open('Augment');
  await user.click(screen.getByRole('checkbox', { name: 'Slips of the pen' }));
  await user.click(screen.getByRole('button', { name: 'Make it' }));
  await expect
    .poll(() => sent)
    .toEqual([
      {
        type: 'augment',
        file_id: 'file-2',
        seed: 42,
        methods: ['synonyms', 'characters'],
        rows_per_label: 300,
      },
    ]);
});

test('a refused operation stays in its dialog with the reason', async () => {
  server.use(
    http.post('/v1/datasets/dataset_1/versions', () =>
      HttpResponse.json({ error: { message: 'Not now', code: 'conflict' } }, { status: 409 }),
    ),
  );
  const { user } = await open('Take a sample');
  await user.click(screen.getByRole('button', { name: 'Make it' }));
  expect(await screen.findByText('Not now')).toBeInTheDocument();
  expect(screen.getByRole('dialog', { name: 'Take a sample' })).toBeInTheDocument();
});

test('an overlap between versions is said with the lines', async () => {
  const { user } = renderApp('/files/file-2?view=lineage');
  await user.click(await screen.findByRole('combobox', { name: 'Compare with' }));
  await user.click(await screen.findByRole('option', { name: /support-chats/ }));
  expect(await screen.findByText('They share rows')).toBeInTheDocument();
  expect(screen.getByText('is line 90 of the other')).toBeInTheDocument();
});

test('a version shows what it was made of and what learned it', async () => {
  renderApp('/files/file-2?view=lineage');
  expect(await screen.findByRole('link', { name: 'Version 1 · broken.csv' })).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'ftjob-2' })).toBeInTheDocument();
});
