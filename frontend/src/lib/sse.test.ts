import { ApiError } from '@/lib/api/errors';
import { readChat, type ChatStreamPart } from '@/lib/sse';

function streamOf(...pieces: string[]): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(bytes.encode(piece));
      controller.close();
    },
  });
}

async function collect(stream: ReadableStream<Uint8Array>) {
  const parts: ChatStreamPart[] = [];
  for await (const part of readChat(stream)) parts.push(part);
  return parts;
}

const chunk = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
const usage = { prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 };
const last = `data: ${JSON.stringify({ choices: [], usage })}\n\n`;

test('text and usage come through, wherever the bytes are cut', async () => {
  const whole = `: ping\n\n${chunk('你好')}${chunk(' there')}${last}data: [DONE]\n\n`;
  const bytes = new TextEncoder().encode(whole);
  const byteByByte = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  expect(await collect(byteByByte)).toEqual([
    { kind: 'text', text: '你好' },
    { kind: 'text', text: ' there' },
    { kind: 'usage', usage },
  ]);
});

test('carriage returns separate events too', async () => {
  const parts = await collect(streamOf(chunk('a').replaceAll('\n', '\r\n'), 'data: [DONE]\r\n\r\n'));
  expect(parts).toEqual([{ kind: 'text', text: 'a' }]);
});

test('an error inside the stream is thrown, after what came before it', async () => {
  const error = { message: 'The engine died', type: 'server_error', param: null, code: 'engine_error' };
  const seen: string[] = [];
  const reading = async () => {
    for await (const part of readChat(streamOf(chunk('half'), `data: ${JSON.stringify({ error })}\n\n`))) {
      if (part.kind === 'text') seen.push(part.text);
    }
  };
  await expect(reading()).rejects.toMatchObject({ code: 'engine_error', message: 'The engine died' });
  expect(seen).toEqual(['half']);
});

test('a stream that ends without [DONE] is an error, not an answer', async () => {
  await expect(collect(streamOf(chunk('half')))).rejects.toMatchObject({ code: 'stream_interrupted' });
});

test('a chunk that is not JSON is an error', async () => {
  await expect(collect(streamOf('data: <html>\n\n'))).rejects.toBeInstanceOf(ApiError);
});
