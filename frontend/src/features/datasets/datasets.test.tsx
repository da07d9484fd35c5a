import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { datasets, diff, versionsOf } from '@/testing/data-fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

test('datasets show the state of their latest version', async () => {
  renderApp('/data');
  const row = (await screen.findByRole('link', { name: 'intents.csv' })).closest('tr') as HTMLElement;
  for (const text of ['Ready', '1,200', 'Classification', '2']) {
    expect(within(row).getByText(text)).toBeInTheDocument();
  }
});

test('without datasets the page says what to upload', async () => {
  server.use(http.get('/v1/datasets', () => HttpResponse.json({ object: 'list', data: [] })));
  renderApp('/data');
  expect(await screen.findByText('No datasets yet')).toBeInTheDocument();
});

test('versions come newest first, each with how it was made', async () => {
  renderApp('/data/dataset_1');
  const table = await screen.findByRole('region', { name: 'Versions' });
  const rows = within(table).getAllByRole('row').slice(1);
  expect(rows.map((row) => row.textContent)).toEqual([
    expect.stringContaining(
      'Version 2intents.csvFixes applied, from Version 1 · Leave out rows that stay bad · Trim the labels',
    ),
    expect.stringContaining('Version 1broken.csvUploaded'),
  ]);
});

test('the diff counts, and shows rows by sign and word, page after page', async () => {
  const pages: (string | null)[] = [];
  server.use(
    http.get('/v1/datasets/dataset_1/diff', ({ request }) => {
      const query = new URL(request.url).searchParams;
      pages.push(query.get('after'));
      expect([query.get('from'), query.get('to')]).toEqual(['file-3', 'file-2']);
      const isFirst = pages.length === 1;
      return HttpResponse.json({
        ...diff,
        rows: isFirst ? diff.rows.slice(0, 2) : diff.rows.slice(2),
        has_more: isFirst,
        last_number: 7,
      });
    }),
  );
  const { user } = renderApp('/data/dataset_1');
  const counts = await screen.findByTestId('diff-counts');
  expect(counts).toHaveTextContent('+ 1 row added− 2 rows removed1,199 rows kept');
  await user.click(screen.getByRole('button', { name: 'Show more' }));
  expect(await screen.findByText('Hm → exchange_rate')).toBeInTheDocument();
  expect(screen.getAllByText('− Removed')).toHaveLength(2);
  expect(pages).toEqual([null, '7']);
});

test('a dataset is renamed', async () => {
  const sent: unknown[] = [];
  server.use(
    http.post('/v1/datasets/dataset_1', async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(datasets[0]);
    }),
  );
  const { user } = renderApp('/data/dataset_1');
  await user.click(await screen.findByRole('button', { name: 'Rename' }));
  const field = await screen.findByRole('textbox', { name: 'Name' });
  await user.clear(field);
  await user.type(field, '客服意图');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('The dataset has a new name')).toBeInTheDocument();
  expect(sent).toEqual([{ name: '客服意图' }]);
});

test('a dataset is deleted only after a yes, and a refusal is said', async () => {
  let isBusy = true;
  server.use(
    http.delete('/v1/datasets/dataset_1', () =>
      isBusy
        ? HttpResponse.json({ error: { message: 'A job trains on it', code: 'conflict' } }, { status: 409 })
        : HttpResponse.json({ deleted: true }),
    ),
  );
  const { user, router } = renderApp('/data/dataset_1');
  const remove = async () => {
    await user.click(await screen.findByRole('button', { name: 'Delete' }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('Its 2 versions are gone for good');
    await user.click(within(dialog).getByRole('button', { name: 'Delete' }));
  };
  await remove();
  expect(await screen.findByText('A job trains on it')).toBeInTheDocument();
  isBusy = false;
  await expect.poll(() => screen.queryByRole('dialog')).toBeNull();
  await remove();
  await expect.poll(() => router.state.location.pathname).toBe('/data');
});

test('rows that a repair left out are counted, though repeats and errors are not compared', async () => {
  const sized = versionsOf('dataset_1').map((version, at) => ({ ...version, rows: at === 0 ? 153 : 200 }));
  server.use(
    http.get('/v1/datasets/dataset_1/versions', () => HttpResponse.json({ object: 'list', data: sized })),
    http.get('/v1/datasets/dataset_1/diff', () =>
      HttpResponse.json({ ...diff, added: 2, removed: 2, kept: 151 }),
    ),
  );
  renderApp('/data/dataset_1');
  const line = await screen.findByText(/200 rows before, 153 after\./);
  expect(line).toHaveTextContent('47 rows that went were repeats or had errors');
});
