import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { vi } from 'vitest';
import { interrupted } from '@/testing/data-fixtures';
import { renderApp } from '@/testing/render-app';
import { sentForm } from '@/testing/sent-form';
import { server } from '@/testing/server';

const bytes = (count: number, name = 'big.jsonl') => new File(['x'.repeat(count)], name);
const input = () => screen.getByLabelText('Choose files to upload');

test('a file goes into a new dataset, or as a version of the chosen one', async () => {
  const sent: Map<string, string>[] = [];
  server.use(
    http.post('/v1/files', async ({ request }) => {
      sent.push(await sentForm(request));
      return HttpResponse.json({ id: 'file-9' });
    }),
  );
  const { user } = renderApp('/data');
  await screen.findByRole('link', { name: 'intents.csv' });
  await user.upload(input(), bytes(10, 'new.csv'));
  await expect.poll(() => sent.length).toBe(1);
  await user.click(screen.getByRole('combobox', { name: 'Where they go' }));
  await user.click(await screen.findByRole('option', { name: 'A new version of intents.csv' }));
  await user.upload(input(), bytes(10, 'better.csv'));
  await expect.poll(() => sent.length).toBe(2);
  expect(sent.map((form) => [form.get('purpose'), form.get('dataset_id')])).toEqual([
    ['fine-tune', undefined],
    ['fine-tune', 'dataset_1'],
  ]);
});

test('a dataset’s page leads to an upload into it', async () => {
  const { user } = renderApp('/data/dataset_1');
  await user.click(await screen.findByRole('link', { name: 'Upload a new version' }));
  expect(await screen.findByDisplayValue('A new version of intents.csv')).toBeInTheDocument();
});

test('an interrupted upload goes on when the same file is chosen again', async () => {
  const appended = vi.spyOn(FormData.prototype, 'append'); // what the browser was given to send
  const numbers: (string | undefined)[] = [];
  let completed: unknown;
  server.use(
    http.get('/v1/uploads/:upload', () => HttpResponse.json(interrupted)),
    http.post('/v1/uploads/:upload/parts', async ({ request }) => {
      const form = await sentForm(request);
      numbers.push(form.get('part_number'));
      return HttpResponse.json({ id: `part_${form.get('part_number')}` });
    }),
    http.post('/v1/uploads/:upload/complete', async ({ request }) => {
      completed = await request.json();
      return HttpResponse.json({ ...interrupted, status: 'completed', file: { id: 'file-9' } });
    }),
  );
  const { user } = renderApp('/data');
  expect(await screen.findByText(/^40% of 25 bytes is here/)).toBeInTheDocument();
  await user.upload(input(), bytes(25));
  await expect.poll(() => completed).toEqual({ part_ids: ['part_1', 'part_2', 'part_3'] });
  expect(numbers.sort()).toEqual(['2', '3']);
  const sizes = appended.mock.calls.flatMap(([, value]) => (value instanceof Blob ? [value.size] : []));
  expect(sizes).toEqual([10, 5]);
});

test('another file of the same name is not taken for it', async () => {
  const { user } = renderApp('/data');
  await screen.findByText('Interrupted uploads');
  const [again] = await screen.findAllByLabelText('Choose big.jsonl again', { selector: 'input' });
  await user.upload(again as HTMLElement, bytes(24));
  expect(await screen.findByText(/That is another file/)).toBeInTheDocument();
});

test('an interrupted upload can be discarded', async () => {
  let isCancelled = false;
  server.use(
    http.get('/v1/uploads', () =>
      HttpResponse.json({ object: 'list', data: isCancelled ? [] : [interrupted] }),
    ),
    http.post('/v1/uploads/:upload/cancel', () => {
      isCancelled = true;
      return HttpResponse.json({ ...interrupted, status: 'cancelled' });
    }),
  );
  const { user } = renderApp('/data');
  await user.click(await screen.findByRole('button', { name: 'Discard' }));
  await expect.poll(() => screen.queryByText('Interrupted uploads')).toBeNull();
});

test('a refused upload says why in the reader’s words, and can be tried again', async () => {
  let isFull = true;
  server.use(
    http.post('/v1/files', () =>
      isFull
        ? HttpResponse.json(
            { error: { message: 'No room', code: 'storage_limit_exceeded' } },
            { status: 400 },
          )
        : HttpResponse.json({ id: 'file-9' }),
    ),
  );
  const { user } = renderApp('/data');
  await screen.findByRole('link', { name: 'intents.csv' });
  await user.upload(input(), bytes(10, 'new.csv'));
  const note = await screen.findByRole('alert');
  expect(within(note).getByText(/storage is full/)).toBeInTheDocument();
  isFull = false;
  await user.click(screen.getByRole('button', { name: 'Go on with new.csv' }));
  await expect.poll(() => screen.queryByText('new.csv was not uploaded')).toBeNull();
});
