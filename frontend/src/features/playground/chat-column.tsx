import { Badge, Box, Group, Paper, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CallCost } from '@/features/playground/call-cost';
import type { Turn } from '@/features/playground/use-chat-column';
import { ErrorNote } from '@/components/ui/error-note';
import type { Price } from '@/lib/api/types';

function Answer({ turn, price }: { turn: Turn; price: Price | null }) {
  const { t } = useTranslation();
  const isWaiting = turn.state === 'streaming' && !turn.answer;
  return (
    <Stack gap={6} aria-busy={turn.state === 'streaming'}>
      {(turn.answer || isWaiting) && (
        <Text
          style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
          c={isWaiting ? 'dimmed' : undefined}
        >
          {isWaiting ? t('playground.thinking') : turn.answer}
        </Text>
      )}
      {turn.state === 'failed' && <ErrorNote error={turn.error} />}
      {turn.state === 'stopped' && (
        <Text size="sm" c="dimmed">
          {t('playground.stopped')}
        </Text>
      )}
      {turn.usage && (
        <CallCost
          price={price}
          input={turn.usage.prompt_tokens}
          cached={turn.usage.prompt_tokens_details?.cached_tokens ?? 0}
          output={turn.usage.completion_tokens}
        />
      )}
    </Stack>
  );
}

interface ChatColumnProps {
  title: string;
  model: string;
  turns: Turn[];
  price: Price | null;
}

/** One model's answers. */
export function ChatColumn({ title, model, turns, price }: ChatColumnProps) {
  const { t } = useTranslation();
  return (
    <Paper
      withBorder
      radius="lg"
      bg="var(--finery-surface)"
      component="section"
      aria-label={`${title}: ${model}`}
    >
      <Group
        px="md"
        py="sm"
        gap="sm"
        wrap="nowrap"
        style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}
      >
        <Badge color={title === t('playground.tuned') ? 'ember' : 'gray'} style={{ flexShrink: 0 }}>
          {title}
        </Badge>
        <Text size="sm" ff="monospace" truncate title={model}>
          {model}
        </Text>
      </Group>
      <Stack p="md" mih={220} aria-live="polite">
        {turns.length === 0 && (
          <Text c="dimmed" size="sm">
            {t('playground.noTurns')}
          </Text>
        )}
        {turns.map((turn, at) => (
          <Stack key={at} gap="xs">
            <Box
              bg="var(--mantine-color-default-hover)"
              px="sm"
              py={8}
              ml="auto"
              maw="85%"
              style={{ borderRadius: 12, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
            >
              {turn.question}
            </Box>
            <Answer turn={turn} price={price} />
          </Stack>
        ))}
      </Stack>
    </Paper>
  );
}
