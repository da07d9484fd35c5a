import { screen } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import type { RowPage } from '@/lib/api/data-types';
import { pageOfRows, rows } from '@/testing/report-fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

const nothingUpTo = (last_number: number, has_more = true): RowPage => ({
  ...pageOfRows([], has_more),
  last_number,
});

/** Answers a search by where it goes on; says from where it was asked. */
function listen(answers: Record<string, () => Promise<RowPage> | RowPage>) {
  const asked: string[] = [];
  server.use(
    http.get('/v1/files/:file/rows', async ({ request }) => {
      const query = new URL(request.url).searchParams;
      if (!query.has('search')) return HttpResponse.json(pageOfRows(rows));
      const after = query.get('after') ?? 'start';
      asked.push(after);
      return HttpResponse.json(await (answers[after]?.() ?? nothingUpTo(1199, false)));
    }),
  );
  return asked;
}

async function search(text: string) {
  const { user } = renderApp('/files/file-2?view=rows');
  await user.click(await screen.findByRole('textbox', { name: 'Search in the rows' }));
  await user.paste(text);
  return user;
}

test('a search goes on by itself, says how far it is, and stops at what it finds', async () => {
  let go = () => {};
  const gate = new Promise<void>((resolve) => (go = resolve));
  const found = { ...pageOfRows(rows.slice(0, 1), true), last_number: 799 };
  const asked = listen({ start: () => nothingUpTo(399), 399: () => gate.then(() => found) });
  const user = await search('needle');
  expect(await screen.findByText('Looked through 400 of 1,200 rows.')).toBeInTheDocument();
  expect(screen.queryByText('No rows')).not.toBeInTheDocument();
  go();
  expect(await screen.findByText('Looked through 800 of 1,200 rows.')).toBeInTheDocument();
  expect(screen.getAllByRole('button', { name: /^Open line/ })).toHaveLength(1);
  expect(asked).toEqual(['start', '399']);
  await user.click(screen.getByRole('button', { name: 'Show more' }));
  await expect.poll(() => asked).toEqual(['start', '399', '799']);
  await expect.poll(() => screen.queryByText(/^Looked through/)).toBeNull();
});

test('a search without a match ends at the end of the file', async () => {
  const asked = listen({ start: () => nothingUpTo(399), 399: () => nothingUpTo(799) });
  await search('nowhere');
  await expect.poll(() => asked).toEqual(['start', '399', '799']);
  expect(await screen.findByText('No rows')).toBeInTheDocument();
});
