// What OpenAI's Node client and the AI SDK get from the platform, each used as its own documentation begins.
// node node_clients.mjs BASE_URL API_KEY: prints {case: "served" or the refusal's words} as JSON.
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embedMany, generateObject, generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';

const [, , url, apiKey] = process.argv;
const baseURL = `${url}/v1`;
const model = 'finery-nano';
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const aiSdk = createOpenAI({ baseURL, apiKey });
const compatible = createOpenAICompatible({ name: 'finery', baseURL, apiKey, includeUsage: true });
const strict = createOpenAICompatible({ name: 'finery', baseURL, apiKey, supportsStructuredOutputs: true });
const messages = [{ role: 'user', content: 'Where is my order?' }];
const verdict = z.object({ mood: z.enum(['calm', 'angry']) });

const rows = Array.from({ length: 3000 }, (_, number) =>
  JSON.stringify({ messages: [...messages, { role: 'assistant', content: `It is number ${number}.` }] }),
).join('\n');
const path = join(mkdtempSync(join(tmpdir(), 'clients-')), 'rows.jsonl');
writeFileSync(path, rows);
const sha = (bytes) => createHash('sha256').update(Buffer.from(bytes)).digest('hex');
const contentOf = async (id) => sha(await (await client.files.content(id)).arrayBuffer());

const cases = {
  async node_chat() {
    const answer = await client.chat.completions.create({ model, messages, max_tokens: 20 });
    return answer.choices[0].message.content;
  },
  async node_stream() {
    let text = '';
    const stream = await client.chat.completions.create({ model, messages, max_tokens: 20, stream: true });
    for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? '';
    return text;
  },
  async node_stream_helper() {
    const stream = client.chat.completions.stream({ model, messages, max_tokens: 20 });
    return (await stream.finalChatCompletion()).choices[0].message.content;
  },
  async node_stream_left() {
    const stream = await client.chat.completions.create({ model, messages, max_tokens: 20, stream: true });
    for await (const _ of stream) break;
    return stream.controller.signal.aborted;
  },
  async node_parse() {
    const response_format = zodResponseFormat(verdict, 'verdict');
    const answer = await client.chat.completions.parse({ model, messages, max_tokens: 60, response_format });
    return answer.choices[0].message.parsed;
  },
  async node_embeddings() {
    const answer = await client.embeddings.create({ model: 'all-minilm-l6-v2', input: ['a', 'b'] });
    return answer.data.length === 2 && answer.data[0].embedding.length === 384;
  },
  async node_file_from_a_stream() {
    const file = await client.files.create({ file: createReadStream(path), purpose: 'fine-tune' });
    return file.bytes === rows.length && (await contentOf(file.id)) === sha(rows);
  },
  async node_upload_in_parts() {
    const upload = await client.uploads.create({
      bytes: rows.length, filename: 'rows.jsonl', mime_type: 'application/jsonl', purpose: 'fine-tune',
    });
    const part = await client.uploads.parts.create(upload.id, { data: createReadStream(path) });
    const done = await client.uploads.complete(upload.id, { part_ids: [part.id] });
    return (await contentOf(done.file.id)) === sha(rows);
  },
  async node_chunked_json() {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(JSON.stringify({ name: 'from node' })));
        controller.close();
      },
    });
    const headers = { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' };
    const answer = await fetch(`${baseURL}/datasets`, { method: 'POST', body, headers, duplex: 'half' });
    return (await answer.json()).name === 'from node';
  },
  async node_responses() {
    return (await client.responses.create({ model, input: 'Hi' })).output_text;
  },
  async node_tools() {
    const parameters = { type: 'object', properties: {} };
    const tools = [{ type: 'function', function: { name: 'order_status', parameters } }];
    return await client.chat.completions.create({ model, messages, tools });
  },
  async ai_sdk_default() {
    return (await generateText({ model: aiSdk(model), prompt: 'Hi', maxRetries: 0 })).text;
  },
  async ai_sdk_chat() {
    return (await generateText({ model: aiSdk.chat(model), prompt: 'Hi', maxOutputTokens: 20, maxRetries: 0 })).text;
  },
  async ai_sdk_stream() {
    const { textStream, usage } = streamText({
      model: aiSdk.chat(model), prompt: 'Hi', maxOutputTokens: 20, maxRetries: 0,
    });
    let text = '';
    for await (const piece of textStream) text += piece;
    return text && (await usage).outputTokens > 0;
  },
  async ai_sdk_object() {
    const { object } = await generateObject({
      model: aiSdk.chat(model), schema: verdict, prompt: 'I am furious.', maxOutputTokens: 60, maxRetries: 0,
    });
    return object.mood;
  },
  async ai_sdk_compatible_text() {
    return (await generateText({ model: compatible(model), prompt: 'Hi', maxOutputTokens: 20, maxRetries: 0 })).text;
  },
  async ai_sdk_compatible_stream() {
    const { textStream } = streamText({ model: compatible(model), prompt: 'Hi', maxOutputTokens: 20, maxRetries: 0 });
    let text = '';
    for await (const piece of textStream) text += piece;
    return text;
  },
  async ai_sdk_compatible_object() {
    const { object } = await generateObject({
      model: strict(model), schema: verdict, prompt: 'I am furious.', maxOutputTokens: 60, maxRetries: 0,
    });
    return object.mood;
  },
  async ai_sdk_compatible_embeddings() {
    const { embeddings } = await embedMany({
      model: compatible.textEmbeddingModel('all-minilm-l6-v2'), values: ['a', 'b'], maxRetries: 0,
    });
    return embeddings.length === 2 && embeddings[0].length === 384;
  },
};

const refusal = (error) => {
  const body = error.error ?? error.data?.error;
  if (!body?.message) return `${error.name}: ${error.message}`;
  return `${error.status ?? error.statusCode} ${body.param ?? null}: ${body.message}`;
};

const outcomes = {};
for (const [name, check] of Object.entries(cases)) {
  try {
    const answer = await check();
    outcomes[name] = answer ? 'served' : `empty: ${JSON.stringify(answer)}`;
  } catch (error) {
    outcomes[name] = refusal(error);
  }
}
console.log(JSON.stringify(outcomes));
