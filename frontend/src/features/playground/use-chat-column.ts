import { useCallback, useEffect, useRef, useState } from 'react';
import type { ChatMessage, ChatUsage } from '@/lib/api/data-plane';
import { useScope } from '@/lib/project';
import { withSessionKey } from '@/lib/session-key';
import { openChat, readChat } from '@/lib/sse';

export interface ChatSettings {
  system: string;
  temperature: number;
  maxTokens: number;
}

/** A question and what the model made of it. */
export interface Turn {
  question: string;
  answer: string;
  state: 'streaming' | 'done' | 'stopped' | 'failed';
  usage: ChatUsage | null;
  error: unknown;
}

/** The conversation as the model is told it; a question that was never answered is left out. */
export function messagesFrom(turns: Turn[], system: string, question: string): ChatMessage[] {
  const told = turns
    .filter(({ answer }) => answer)
    .flatMap((turn): ChatMessage[] => [
      { role: 'user', content: turn.question },
      { role: 'assistant', content: turn.answer },
    ]);
  const opening: ChatMessage[] = system.trim() ? [{ role: 'system', content: system.trim() }] : [];
  return [...opening, ...told, { role: 'user', content: question }];
}

const NEW_TURN = { answer: '', state: 'streaming', usage: null, error: null } as const;

/** One model's side of a conversation. */
export function useChatColumn(model: string) {
  const scope = useScope();
  const [turns, setTurns] = useState<Turn[]>([]);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const changeLast = useCallback((change: (turn: Turn) => Partial<Turn>) => {
    setTurns((all) => all.map((turn, at) => (at === all.length - 1 ? { ...turn, ...change(turn) } : turn)));
  }, []);

  async function ask(question: string, settings: ChatSettings) {
    const { signal } = (abort.current = new AbortController());
    const messages = messagesFrom(turns, settings.system, question);
    setTurns([...turns, { question, ...NEW_TURN }]);
    const chat = { model, messages, temperature: settings.temperature, max_tokens: settings.maxTokens };
    try {
      const body = await withSessionKey(scope, (key) => openChat(key, chat, signal));
      for await (const part of readChat(body)) {
        changeLast((turn) =>
          part.kind === 'text' ? { answer: turn.answer + part.text } : { usage: part.usage },
        );
      }
      changeLast(() => ({ state: 'done' }));
    } catch (error) {
      changeLast(() => (signal.aborted ? { state: 'stopped' } : { state: 'failed', error }));
    }
  }

  return {
    turns,
    ask,
    stop: () => abort.current?.abort(),
    clear: () => setTurns([]),
    isBusy: turns.at(-1)?.state === 'streaming',
  };
}
