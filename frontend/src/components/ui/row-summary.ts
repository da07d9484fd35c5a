import type { DataRow } from '@/lib/api/data-types';

const MOST = 240; // characters

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

interface Message {
  role?: unknown;
  content?: unknown;
}

const isMessage = (value: unknown): value is Message => typeof value === 'object' && value !== null;

/** A row in one line: of a chat the first question and the last answer, of others its values but a digest. */
export function summaryOf(row: DataRow): string {
  const messages = Array.isArray(row.messages) ? row.messages.filter(isMessage) : [];
  const asked = messages.find(({ role }) => role === 'user');
  const answered = messages.findLast(({ role }) => role === 'assistant');
  const parts =
    messages.length > 0
      ? [asked, answered].flatMap((message) => (message ? [asText(message.content)] : []))
      : Object.entries(row).flatMap(([name, value]) => (name === 'sha256' ? [] : [asText(value)]));
  const text = parts.join(' → ').replace(/\s+/g, ' ');
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text;
}
