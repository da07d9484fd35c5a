import { screen, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { tokens } from '@/testing/data-fixtures';
import { quote } from '@/testing/job-fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

const next = async (user: UserEvent) => user.click(screen.getByRole('button', { name: 'Next' }));

async function goToData() {
  const { user } = renderApp('/fine-tuning/new?file=file-1');
  await user.click(await screen.findByRole('radio', { name: 'finery-nano' }));
  await next(user);
  await screen.findByRole('radio', { name: 'Chat' });
  await next(user);
  return user;
}

test('long rows are counted, and a choice says what it comes to', async () => {
  const asked: { hyperparameters: { long_rows: string; max_length: number | string } }[] = [];
  server.use(
    http.post('/v1/fine_tuning/quotes', async ({ request }) => {
      const body = (await request.json()) as { method: { supervised: (typeof asked)[number] } };
      asked.push(body.method.supervised);
      const rows = { ...quote.training_rows, left_out_rows: 2, examples: 638, tokens: 39_400 };
      return HttpResponse.json({ ...quote, training_rows: rows, amount_micro_usd: 47_280 });
    }),
  );
  const user = await goToData();

  const panel = await screen.findByRole('region', { name: 'Long rows' });
  expect(panel).toHaveTextContent(
    '2 of 640 training rows are longer than 512 tokens; the longest has 1,500.',
  );
  expect(within(panel).getByRole('radio', { name: 'Nothing: do not start the job' })).toBeChecked();
  await user.click(within(panel).getByRole('radio', { name: 'Leave them out' }));

  await within(panel).findByText(
    '638 of 640 rows are trained on as 638 examples, 0 rows shortened: 39,400 tokens per epoch, at most $0.05.',
  );
  expect(asked).toEqual([
    { hyperparameters: expect.objectContaining({ long_rows: 'leave_out', max_length: 'auto' }) },
  ]);
});

test('a greater length asks again which rows are too long', async () => {
  server.use(
    http.get('/v1/files/:id/tokens', ({ request }) => {
      const most = Number(new URL(request.url).searchParams.get('max_length') ?? 512);
      const long = most < 1024 ? { over_length_rows: 2 } : { over_length_rows: 0, over_length: [] };
      return HttpResponse.json({ ...tokens, max_length: most, ...long });
    }),
  );
  const user = await goToData();
  const panel = await screen.findByRole('region', { name: 'Long rows' });

  await user.type(within(panel).getByRole('textbox', { name: 'Tokens per row' }), '1024');

  await within(panel).findByText(/640 of 640 rows/);
  expect(within(panel).queryByRole('radio')).not.toBeInTheDocument();
});
