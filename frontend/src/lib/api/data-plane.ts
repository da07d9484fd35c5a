/** The gateway's shapes. Written by hand: the data plane is not in the control plane's schema. */

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface ChatRequest {
  model: string;
  messages: ChatMessage[];
  temperature: number;
  max_tokens: number;
}

export interface ChatUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details?: { cached_tokens?: number | null } | null;
}

export interface ChatChunk {
  choices?: { delta?: { content?: string | null }; finish_reason?: string | null }[];
  usage?: ChatUsage | null;
  error?: { message?: string; type?: string; param?: string | null; code?: string | null };
}

export interface ClassifyRequest {
  model: string;
  input: string[];
  labels?: string[];
}

export interface ClassifyResult {
  object: 'list';
  model: string;
  data: { index: number; label: string; probs: Record<string, number> }[];
  usage: { prompt_tokens: number; total_tokens: number };
}
