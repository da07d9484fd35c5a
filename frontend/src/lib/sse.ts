import type { ChatChunk, ChatRequest, ChatUsage } from '@/lib/api/data-plane';
import { ApiError, errorFromBody } from '@/lib/api/errors';
import { jsonOf, send } from '@/lib/api/client';

export type ChatStreamPart = { kind: 'text'; text: string } | { kind: 'usage'; usage: ChatUsage };

const dataOf = (block: string): string =>
  block
    .split(/\r\n|\n|\r/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).replace(/^ /, ''))
    .join('\n');

/** The `data` of each server-sent event, however the bytes were cut. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let buffer = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      buffer += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const blocks = buffer.split(/\r\n\r\n|\n\n|\r\r/);
      buffer = done ? '' : (blocks.pop() ?? '');
      for (const block of blocks) {
        const data = dataOf(block);
        if (data) yield data;
      }
      if (done) return;
    }
  } finally {
    void reader.cancel().catch(() => undefined); // not awaited: a teed stream never answers
  }
}

function* partsOf(chunk: ChatChunk): Generator<ChatStreamPart> {
  for (const choice of chunk.choices ?? []) {
    if (choice.delta?.content) yield { kind: 'text', text: choice.delta.content };
  }
  if (chunk.usage) yield { kind: 'usage', usage: chunk.usage };
}

function parseChunk(data: string): ChatChunk {
  try {
    return JSON.parse(data) as ChatChunk;
  } catch {
    throw new ApiError('The stream held a chunk that is not JSON', { status: 200, code: 'stream_malformed' });
  }
}

/**
 * The parts of a streamed chat answer. An error inside the stream is thrown like any other, and so is a
 * stream that ends without its `[DONE]`.
 */
export async function* readChat(body: ReadableStream<Uint8Array>): AsyncGenerator<ChatStreamPart> {
  for await (const data of readEvents(body)) {
    if (data === '[DONE]') return;
    const chunk = parseChunk(data);
    if (chunk.error) throw errorFromBody(200, chunk);
    yield* partsOf(chunk);
  }
  throw new ApiError('The answer ended early', { status: 200, code: 'stream_interrupted' });
}

/** Call the gateway; the answer is a body for `readChat`. */
export async function openChat(
  bearer: string,
  chat: ChatRequest,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const body = { ...chat, stream: true, stream_options: { include_usage: true } };
  const response = await send('/v1/chat/completions', { method: 'POST', bearer, body, signal });
  if (!response.ok || !response.body) throw errorFromBody(response.status, await jsonOf(response));
  return response.body;
}
