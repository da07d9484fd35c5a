import { screen, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { renderApp } from '@/testing/render-app';
import { quote, runningJob } from '@/testing/job-fixtures';
import { server } from '@/testing/server';

const next = async (user: UserEvent) => user.click(screen.getByRole('button', { name: 'Next' }));

/** From the first step to the settings, with a chat base and the file of the link. */
async function goToSettings() {
  const app = renderApp('/fine-tuning/new?file=file-1');
  await app.user.click(await screen.findByRole('radio', { name: 'finery-nano' }));
  await next(app.user);
  expect(await screen.findByRole('radio', { name: 'Chat' })).toBeChecked();
  await next(app.user);
  expect(await screen.findByRole('combobox', { name: 'Version to train on' })).toHaveDisplayValue(
    /support-chats\.jsonl/,
  );
  await next(app.user);
  await screen.findByRole('textbox', { name: 'Suffix' });
  return app;
}

test('from a base to a launched job', async () => {
  const sent: unknown[] = [];
  server.use(
    http.post('/v1/fine_tuning/jobs', async ({ request }) => {
      sent.push([request.headers.get('openai-project'), await request.json()]);
      return HttpResponse.json(runningJob);
    }),
  );
  const { user, router } = await goToSettings();
  await user.type(screen.getByRole('textbox', { name: 'Suffix' }), 'support-v1');
  await next(user);

  const quote = await screen.findByRole('region', { name: 'Quote' });
  expect(within(quote).getByText('$0.06')).toBeInTheDocument();
  expect(within(quote).getByText('$4.94')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Launch job' }));

  expect(await screen.findByRole('heading', { level: 1, name: 'support-v1' })).toBeInTheDocument();
  expect(router.state.location.pathname).toBe('/fine-tuning/ftjob-1');
  const auto = {
    n_epochs: 'auto',
    batch_size: 'auto',
    learning_rate_multiplier: 'auto',
    max_length: 'auto',
    long_rows: 'refuse',
  };
  expect(sent).toEqual([
    [
      'proj_1',
      {
        model: 'finery-nano',
        training_file: 'file-1',
        suffix: 'support-v1',
        method: { type: 'supervised', supervised: { hyperparameters: auto } },
      },
    ],
  ]);
});

test.each([
  ['method.supervised.hyperparameters.n_epochs', 'Epochs'],
  ['suffix', 'Suffix'],
])('a quote refused for %s lands on its field', async (param, label) => {
  const error = { message: 'That is out of bounds', type: 'invalid_request_error', param, code: null };
  server.use(http.post('/v1/fine_tuning/quotes', () => HttpResponse.json({ error }, { status: 400 })));
  const { user } = await goToSettings();
  await next(user);

  expect(await screen.findByText('That is out of bounds')).toBeInTheDocument();
  expect(screen.getByRole('textbox', { name: label })).toBeInvalid();
  expect(screen.queryByRole('button', { name: 'Launch job' })).not.toBeInTheDocument();
});

test('a quote refused for another reason is shown with its code', async () => {
  const error = {
    message: 'We are restarting',
    type: 'server_error',
    param: null,
    code: 'service_unavailable',
  };
  server.use(http.post('/v1/fine_tuning/quotes', () => HttpResponse.json({ error }, { status: 503 })));
  const { user } = await goToSettings();
  await next(user);

  const note = await screen.findByRole('alert');
  expect(note).toHaveTextContent('We are restarting');
  expect(note).toHaveTextContent('service_unavailable');
  expect(screen.getByRole('button', { name: 'Launch job' })).toBeDisabled();
});

test('a quote above the balance says who can help, and is not launched', async () => {
  const short = { ...quote, available_micro_usd: 0, is_affordable: false };
  server.use(http.post('/v1/fine_tuning/quotes', () => HttpResponse.json(short)));
  const { user } = await goToSettings();
  await next(user);
  const note = await screen.findByRole('alert');
  expect(note).toHaveTextContent('Not enough balance');
  expect(note).toHaveTextContent('ask the operator of this installation for credit');
  expect(screen.getByRole('button', { name: 'Launch job' })).toBeDisabled();
});

test('data that is brought along settles method and base; what does not fit it says why', async () => {
  const { user } = renderApp('/fine-tuning/new?file=file-1');
  await screen.findByText('Not trained on data of this kind (Chat).');
  expect(screen.getByRole('radio', { name: 'finery-nano' })).toBeChecked();
  expect(screen.getByRole('radio', { name: 'minilm-l6-v2' })).toBeDisabled();
  await next(user);
  expect(await screen.findByRole('radio', { name: 'Chat' })).toBeChecked();
});

test('data that the method does not take is refused at its own step, with the reason', async () => {
  const { user } = renderApp('/fine-tuning/new');
  await user.click(await screen.findByRole('radio', { name: 'minilm-l6-v2' }));
  await next(user);
  await next(user);
  await user.click(await screen.findByRole('combobox', { name: 'Training data' }));
  const option = await screen.findByRole('option', { name: /support-chats.*Chat: not for this method/ });
  expect(option).toHaveAttribute('data-combobox-disabled', 'true');
});

test('what the server refuses in the data is said at the data step, not after the last one', async () => {
  const message = 'The job failed due to an invalid training file. Line 186 is empty.';
  const error = { message, type: 'x', param: 'training_file', code: 'invalid_training_file' };
  server.use(http.post('/v1/fine_tuning/quotes', () => HttpResponse.json({ error }, { status: 400 })));
  const { user } = renderApp('/fine-tuning/new?file=file-1');
  await screen.findByText('Not trained on data of this kind (Chat).');
  await next(user);
  await screen.findByRole('radio', { name: 'Chat' });
  await next(user);
  expect(await screen.findByRole('combobox', { name: 'Version to train on' })).toHaveDisplayValue(
    /support-chats\.jsonl/,
  );
  await next(user);
  expect(await screen.findByText(message)).toBeInTheDocument();
  expect(screen.queryByRole('textbox', { name: 'Suffix' })).not.toBeInTheDocument();
});

test('a suffix that the server refuses is refused at its step, and the rule is told', async () => {
  const { user } = await goToSettings();
  expect(screen.getByRole('textbox', { name: 'Suffix' })).toHaveAccessibleDescription(/digit first/);
  await user.type(screen.getByRole('textbox', { name: 'Suffix' }), '客服');
  await next(user);
  expect(screen.getByRole('textbox', { name: 'Suffix' })).toBeInvalid();
  expect(screen.queryByRole('button', { name: 'Launch job' })).not.toBeInTheDocument();
});

test("the browser's Back goes one step back and keeps what was chosen", async () => {
  const { user, router } = await goToSettings();
  await user.type(screen.getByRole('textbox', { name: 'Suffix' }), 'support-v1');
  router.history.back();
  expect(await screen.findByRole('combobox', { name: 'Version to train on' })).toHaveDisplayValue(
    /support-chats\.jsonl/,
  );
  await next(user);
  expect(await screen.findByRole('textbox', { name: 'Suffix' })).toHaveValue('support-v1');
});

test('what a quote warns of is said before the launch', async () => {
  const warnings = [{ code: 'few_rows', message: 'Only 12 rows are trained on.', param: null, values: {} }];
  server.use(http.post('/v1/fine_tuning/quotes', () => HttpResponse.json({ ...quote, warnings })));
  const { user } = await goToSettings();
  await next(user);
  expect(await screen.findByRole('alert')).toHaveTextContent('Only 12 rows');
  expect(screen.getByRole('button', { name: 'Launch job' })).toBeEnabled();
});

test('nothing goes on without a base', async () => {
  const { user } = renderApp('/fine-tuning/new');
  await screen.findByRole('radio', { name: 'finery-nano' });
  await next(user);
  expect(await screen.findByText('Choose one to go on.')).toBeInTheDocument();
});
