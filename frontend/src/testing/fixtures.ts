import type { ApiKey, Balance, Base, FileObject, Model } from '@/lib/api/types';

/** One tenant's data, as the API answers it. */
export const NOW = 1_763_900_000;

export const TUNED_CHAT = 'ft:finery-nano:acme-support:support-v0:a1b2c3d4';
export const TUNED_CLASSIFIER = 'ft:minilm-l6-v2:acme-support:intents:e5f6a7b8';

export const bases: Base[] = [
  {
    id: 'finery-nano',
    object: 'base',
    engine: 'vllm',
    context_length: 1024,
    methods: ['supervised'],
    max_lora_rank: 16,
    price: { training: 400_000, input: 50_000, cached_input: 12_500, output: 100_000 },
    licence: 'apache-2.0',
    description: { en: 'A small Llama for trying things out.', zh: '用于试用的小型 Llama。' },
    languages: ['en'],
  },
  {
    id: 'minilm-l6-v2',
    object: 'base',
    engine: 'encoder',
    context_length: 256,
    methods: ['classification'],
    max_lora_rank: 16,
    price: { training: 100_000, input: 10_000, cached_input: 10_000, output: 0 },
    licence: 'apache-2.0',
    description: {
      en: 'A sentence encoder that sorts texts into labels.',
      zh: '将文本归入标签的句子编码器。',
    },
    languages: ['en'],
  },
];

const file = (id: string, filename: string, status: FileObject['status'], bytes: number): FileObject => ({
  id,
  object: 'file',
  bytes,
  created_at: NOW,
  filename,
  purpose: 'fine-tune',
  status,
  expires_at: null,
  status_details: null,
});

export const files: FileObject[] = [
  file('file-1', 'support-chats.jsonl', 'processed', 184_220),
  file('file-2', 'intents.csv', 'processed', 92_110),
  file('file-3', 'broken.csv', 'error', 1_204),
  file('file-4', 'just-uploaded.jsonl', 'uploaded', 5_800_000),
];

const model = (id: string, at: number, base: string | null, labels: string[] = []): Model => ({
  id,
  object: 'model',
  created: NOW - at,
  owned_by: base ? 'acme-support' : 'finery',
  finery: {
    base_model: base,
    kind: id.includes('minilm') ? 'classification' : 'causal_lora',
    labels,
    job_id: base ? 'ftjob-2' : null,
  },
});

export const models: Model[] = [
  model('finery-nano', 0, null),
  model('minilm-l6-v2', 1, null),
  model(TUNED_CHAT, 2, 'finery-nano'),
  model(TUNED_CLASSIFIER, 3, 'minilm-l6-v2', ['card_arrival', 'exchange_rate', 'lost_or_stolen_card']),
];

export const balance: Balance = {
  object: 'organization.balance',
  balance_micro_usd: 4_949_877,
  held_micro_usd: 50_400,
  available_micro_usd: 4_899_477,
  currency: 'usd',
};

export const apiKeys: ApiKey[] = [
  {
    id: 'key_1',
    object: 'organization.project.api_key',
    name: 'Production server',
    redacted_value: 'sk-…9f2a',
    created_at: NOW,
    last_used_at: NOW + 400,
    owner_project_access: 'active',
    owner: {
      type: 'user',
      user: { id: 'user_1', email: 'ada@example.com', name: '', created_at: NOW, role: 'owner' },
    },
    finery: { scopes: null, models: null, networks: null, expires_at: null, status: 'active' },
  },
];

const DAY = 86_400;
const FIRST_DAY = Math.floor(NOW / DAY) * DAY - 6 * DAY;

const page = <Result>(resultsOn: (day: number) => Result[]) => ({
  object: 'page',
  data: Array.from({ length: 7 }, (_, day) => ({
    object: 'bucket',
    start_time: FIRST_DAY + day * DAY,
    end_time: FIRST_DAY + (day + 1) * DAY,
    results: resultsOn(day),
  })),
  has_more: false,
  next_page: null,
});

export const usage = page((day) =>
  [TUNED_CHAT, 'finery-nano'].map((model, at) => ({
    input_tokens: 1_200 * (day + 1 + at),
    input_cached_tokens: 200 * day,
    output_tokens: 700 * (day + 1),
    num_model_requests: 12 * (day + 1),
    model,
  })),
);

export const costs = page((day) => [
  { amount: { value: '0.000123', currency: 'usd' }, line_item: `${TUNED_CHAT}, output` },
  ...(day === 3
    ? [{ amount: { value: '0.050123', currency: 'usd' }, line_item: 'finery-nano, training' }]
    : []),
]);
