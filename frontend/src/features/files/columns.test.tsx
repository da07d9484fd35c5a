import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { preview, versions } from '@/testing/data-fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

test('the sample follows the chosen columns, and applying them makes a version', async () => {
  const asked: unknown[] = [];
  const made: unknown[] = [];
  server.use(
    http.post('/v1/files/file-2/mapping', async ({ request }) => {
      asked.push(await request.json());
      return HttpResponse.json(preview);
    }),
    http.post('/v1/datasets/dataset_1/versions', async ({ request }) => {
      made.push(await request.json());
      return HttpResponse.json({ object: 'list', data: [{ ...versions[0], file_id: 'file-4' }] });
    }),
  );
  const { user, router } = renderApp('/files/file-2?view=columns');
  const sample = await screen.findByTestId('mapping-sample');
  expect(within(sample).getByText('Where is my new card?')).toBeInTheDocument();
  expect(within(sample).getByText('1 row of the sample has errors.')).toBeInTheDocument();
  expect(within(sample).getByText('A label is blank')).toBeInTheDocument();

  await user.click(screen.getByRole('combobox', { name: /^Label/ }));
  await user.click(await screen.findByRole('option', { name: /^topic/ }));
  const mapping = { format: 'classification', columns: { text: ['text'], label: ['label', 'topic'] } };
  await expect.poll(() => asked.at(-1)).toEqual({ mapping, limit: 8 });
  await user.click(screen.getByRole('button', { name: 'Make a version with these columns' }));
  await expect.poll(() => router.state.location.pathname).toBe('/files/file-4');
  expect(made).toEqual([{ operation: { type: 'map', file_id: 'file-2', mapping } }]);
});

test('another format begins with the columns of its own names, and needs the others', async () => {
  const { user } = renderApp('/files/file-2?view=columns');
  await user.click(await screen.findByRole('combobox', { name: 'Format of the rows' }));
  await user.click(await screen.findByRole('option', { name: 'Chat' }));
  expect(await screen.findByText('Choose a column for each of the required fields.')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Make a version with these columns' })).toBeDisabled();
});
