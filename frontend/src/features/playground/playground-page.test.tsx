import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { messagesFrom } from '@/features/playground/use-chat-column';
import { TUNED_CHAT, TUNED_CLASSIFIER } from '@/testing/fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

const sse = (...chunks: object[]) =>
  new HttpResponse(
    chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('') + 'data: [DONE]\n\n',
    {
      headers: { 'Content-Type': 'text/event-stream' },
    },
  );
const text = (content: string) => ({ choices: [{ delta: { content } }] });
const usage = { choices: [], usage: { prompt_tokens: 1_000, completion_tokens: 500, total_tokens: 1_500 } };

async function ask(question: string) {
  const app = renderApp(`/playground?model=${encodeURIComponent(TUNED_CHAT)}`);
  await app.user.type(await screen.findByRole('textbox', { name: 'Message' }), question);
  await app.user.click(screen.getByRole('button', { name: 'Send' }));
  return app;
}

test('base and tuned answer side by side, with usage and cost', async () => {
  const asked: unknown[] = [];
  server.use(
    http.post('/v1/chat/completions', async ({ request }) => {
      const body = (await request.json()) as { model: string };
      asked.push([body.model, request.headers.get('authorization')]);
      return sse(text('I am '), text(body.model === TUNED_CHAT ? 'tuned' : 'a base'), usage);
    }),
  );
  await ask('Who are you?');
  const tuned = screen.getByRole('region', { name: `Tuned: ${TUNED_CHAT}` });
  const base = screen.getByRole('region', { name: 'Base: finery-nano' });
  expect(await within(tuned).findByText('I am tuned')).toBeInTheDocument();
  expect(await within(base).findByText('I am a base')).toBeInTheDocument();
  expect(await within(tuned).findByText('1000 tokens in, 500 out · $0.0001')).toBeInTheDocument();
  expect(asked).toHaveLength(2);
  expect(asked).toContainEqual([TUNED_CHAT, 'Bearer sk-session']);
});

test('an error inside the stream is shown beside what came before', async () => {
  const error = { message: 'The engine died', type: 'server_error', param: null, code: 'engine_error' };
  server.use(http.post('/v1/chat/completions', () => sse(text('Half an ans'), { error })));
  await ask('Hello?');
  const tuned = screen.getByRole('region', { name: `Tuned: ${TUNED_CHAT}` });
  expect(await within(tuned).findByText('Half an ans')).toBeInTheDocument();
  const note = await within(tuned).findByRole('alert');
  expect(note).toHaveTextContent('The engine died');
  expect(note).toHaveTextContent('engine_error');
});

test.each([
  ['insufficient_quota', 'insufficient_quota', /^Not enough balance/],
  ['rate_limit_exceeded', 'requests', /rate limit is reached. Wait a minute/],
])('a 429 for %s says what helps', async (code, type, words) => {
  const error = { message: 'Server words', type, param: null, code };
  server.use(http.post('/v1/chat/completions', () => HttpResponse.json({ error }, { status: 429 })));
  await ask('Hello?');
  const tuned = screen.getByRole('region', { name: `Tuned: ${TUNED_CHAT}` });
  expect(await within(tuned).findByText(words)).toBeInTheDocument();
  expect(within(tuned).queryByText(/few minutes/)).not.toBeInTheDocument();
});

test('a classifier is compared with its base on the same labels', async () => {
  const asked: { model: string; labels?: string[] }[] = [];
  server.use(
    http.post('/v1/classify', async ({ request }) => {
      const body = (await request.json()) as { model: string; labels?: string[] };
      asked.push(body);
      const probs = body.labels
        ? { exchange_rate: 0.4, card_arrival: 0.35 }
        : { card_arrival: 0.97, exchange_rate: 0.02 };
      const label = Object.keys(probs)[0];
      return HttpResponse.json({
        object: 'list',
        model: body.model,
        data: [{ index: 0, label, probs }],
        usage: { prompt_tokens: 8, total_tokens: 8 },
      });
    }),
  );
  const { user } = renderApp(`/playground?model=${encodeURIComponent(TUNED_CLASSIFIER)}`);
  await user.type(await screen.findByRole('textbox', { name: 'Text' }), 'Where is my card?');
  await user.click(screen.getByRole('button', { name: 'Classify' }));
  const tuned = screen.getByRole('region', { name: `Tuned: ${TUNED_CLASSIFIER}` });
  expect(await within(tuned).findByText('97%')).toBeInTheDocument();
  expect(asked.find((body) => body.model === 'minilm-l6-v2')?.labels).toContain('card_arrival');
});

test('a question that was never answered is not told again', () => {
  const turn = { question: 'a', answer: '', state: 'failed', usage: null, error: null } as const;
  expect(
    messagesFrom([turn, { ...turn, question: 'b', answer: 'B', state: 'done' }], ' Be kind. ', 'c'),
  ).toEqual([
    { role: 'system', content: 'Be kind.' },
    { role: 'user', content: 'b' },
    { role: 'assistant', content: 'B' },
    { role: 'user', content: 'c' },
  ]);
});
