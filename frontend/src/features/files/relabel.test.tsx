import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { versionsOf } from '@/testing/data-fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

function recordOperations() {
  const sent: unknown[] = [];
  server.use(
    http.post('/v1/datasets/:dataset/versions', async ({ request }) => {
      sent.push(((await request.json()) as { operation: unknown }).operation);
      return HttpResponse.json({ object: 'list', data: versionsOf('dataset_1').slice(0, 1) });
    }),
  );
  return sent;
}

test('a suggested label is taken over for the lines that were chosen', async () => {
  const sent = recordOperations();
  const { user } = renderApp('/files/file-2');
  const table = await screen.findByRole('region', { name: 'Labels to check' });
  const [first] = within(table).getAllByRole('checkbox');
  await user.click(first as HTMLElement);
  await user.click(screen.getByRole('button', { name: 'Use the suggested label of 1 line' }));
  await expect.poll(() => sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({
    type: 'relabel',
    file_id: 'file-2',
    rows: [{ label: expect.any(String) }],
  });
});

test('a misspelled label is renamed in all rows', async () => {
  const sent = recordOperations();
  const { user } = renderApp('/files/file-2');
  const form = await screen.findByRole('form', { name: 'Rename a label' });
  await user.click(within(form).getByRole('combobox', { name: 'Label' }));
  const [option] = await screen.findAllByRole('option');
  const label = option?.textContent;
  await user.click(option as HTMLElement);
  await user.type(within(form).getByRole('combobox', { name: 'New name' }), 'billing');
  await user.click(within(form).getByRole('button', { name: 'Rename a label' }));
  await expect
    .poll(() => sent)
    .toEqual([{ type: 'relabel', file_id: 'file-2', labels: [{ label, to: 'billing' }] }]);
});
