import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { badRow, pageOfRows, rows } from '@/testing/report-fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

/** What was asked of the rows, without the page's size. */
function listen(answer = (query: URLSearchParams) => (query.get('only') ? [badRow] : rows)) {
  const asked: Record<string, string>[] = [];
  server.use(
    http.get('/v1/files/:file/rows', ({ request }) => {
      const query = new URL(request.url).searchParams;
      if (query.get('limit') === '50') {
        query.delete('limit');
        asked.push(Object.fromEntries(query));
      }
      return HttpResponse.json(pageOfRows(answer(query), !query.has('after') && query.size === 0));
    }),
  );
  return asked;
}

test('rows are searched, filtered by label, jumped to and paged', async () => {
  const asked = listen();
  const { user } = renderApp('/files/file-2?view=rows');
  expect(await screen.findByText('我的新卡在哪里？ → card_arrival')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Show more' }));
  await expect.poll(() => asked.at(-1)).toEqual({ after: '2' });
  await user.type(screen.getByRole('textbox', { name: 'Search in the rows' }), '新卡');
  await expect.poll(() => asked.at(-1)).toEqual({ search: '新卡' });
  await user.click(screen.getByRole('combobox', { name: 'Label' }));
  await user.click(await screen.findByRole('option', { name: 'card_arrival' }));
  await expect.poll(() => asked.at(-1)).toEqual({ search: '新卡', label: 'card_arrival' });
  await user.type(screen.getByRole('textbox', { name: 'Line' }), '17');
  await user.click(screen.getByRole('button', { name: 'Go' }));
  await expect.poll(() => asked.at(-1)).toEqual({ search: '新卡', label: 'card_arrival', line: '17' });
});

test('a row opens with its lineage: versions, jobs and models', async () => {
  listen();
  const { user } = renderApp('/files/file-2?view=rows');
  await user.click(await screen.findByRole('button', { name: /^Open line 2\s?Where is/ }));
  const panel = await screen.findByRole('dialog', { name: 'Line 2' });
  expect(await within(panel).findByRole('link', { name: 'Version 1, line 5' })).toBeInTheDocument();
  expect(within(panel).getByRole('link', { name: 'ftjob-2' })).toBeInTheDocument();
  expect(within(panel).getByRole('link', { name: /^ft:minilm/ })).toBeInTheDocument();
});

test('a bad row opens from the report with the place marked', async () => {
  listen();
  const { user } = renderApp('/files/file-3');
  const errors = await screen.findByRole('region', { name: 'Errors' });
  await user.click(within(errors).getByRole('link', { name: 'Open line 3' }));
  const panel = await screen.findByRole('dialog', { name: 'Line 3' });
  expect(await within(panel).findByText('A label is blank')).toBeInTheDocument();
  const marked = panel.querySelector('[data-marked]');
  expect(marked).toHaveTextContent('(empty)');
});

test('a line without a sound row leads to the rows with errors', async () => {
  listen((query) => (query.get('only') ? [badRow] : []));
  const { user } = renderApp('/files/file-2?view=rows&line=3&open=3');
  await user.click(await screen.findByRole('button', { name: 'Look among rows with errors' }));
  expect(await screen.findByText('No label here')).toBeInTheDocument();
});

test('a chat is shown as a conversation', async () => {
  const messages = [
    { role: 'user', content: '订单在哪里？' },
    { role: 'assistant', content: '今天发货。', weight: 0 },
  ];
  listen(() => [{ ...rows[0], line: 2, row: { messages } } as (typeof rows)[0]]);
  renderApp('/files/file-1?view=rows&open=2&path=messages[1].weight');
  const panel = await screen.findByRole('dialog', { name: 'Line 2' });
  expect(await within(panel).findByText('今天发货。')).toBeInTheDocument();
  expect(panel.querySelector('[data-marked]')).toHaveTextContent('0');
});
