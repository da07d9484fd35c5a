import { Badge, Box, Group, Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DataRow } from '@/lib/api/data-types';
import { stepsWithin } from '@/lib/row-path';

/** What is left of the way to the marked value; null beside it. */
type Way = string[] | null;

const below = (way: Way, key: string): Way => (way?.[0] === key ? way.slice(1) : null);

function Marked({ way, children }: { way: Way; children: ReactNode }) {
  if (way?.length !== 0) return children;
  return (
    <Box
      component="mark"
      data-marked
      display="block"
      p={6}
      c="inherit"
      bg="var(--mantine-color-yellow-light)"
      style={{ borderInlineStart: '3px solid var(--mantine-color-yellow-7)' }} // a box would look editable
    >
      {children}
    </Box>
  );
}

interface Message extends Record<string, unknown> {
  role: string;
}

const isMessages = (value: unknown): value is Message[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((each) => typeof each === 'object' && each !== null && typeof each.role === 'string');

function Leaf({ value }: { value: unknown }) {
  const { t } = useTranslation();
  if (value === '') {
    return (
      <Text size="sm" c="dimmed" fs="italic">
        {t('rows.emptyText')}
      </Text>
    );
  }
  return (
    <Text size="sm" component="div" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
      {typeof value === 'string' ? value : JSON.stringify(value)}
    </Text>
  );
}

function Named({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Group align="flex-start" gap="sm" wrap="nowrap">
      <Text
        size="xs"
        ff="monospace"
        c="dimmed"
        miw={72}
        maw={140}
        pt={2}
        style={{ overflowWrap: 'anywhere' }}
      >
        {name}
      </Text>
      <Box flex={1} miw={0}>
        {children}
      </Box>
    </Group>
  );
}

function Turn({ message, way }: { message: Message; way: Way }) {
  const { role, content, ...rest } = message;
  const isAnswer = role === 'assistant';
  return (
    <Paper
      withBorder
      p="sm"
      radius="md"
      ml={isAnswer ? 'lg' : 0}
      mr={isAnswer ? 0 : 'lg'}
      bg={isAnswer ? 'var(--mantine-color-ember-light)' : undefined}
    >
      <Marked way={way}>
        <Badge size="sm" color={isAnswer ? 'ember' : 'gray'} mb={6} variant="outline">
          {role}
        </Badge>
        {'content' in message && content !== null && <Value value={content} way={below(way, 'content')} />}
        {Object.entries(rest).map(([name, value]) => (
          <Named key={name} name={name}>
            <Value value={value} way={below(way, name)} />
          </Named>
        ))}
      </Marked>
    </Paper>
  );
}

function Value({ value, way }: { value: unknown; way: Way }) {
  if (isMessages(value)) {
    return (
      <Stack gap="xs">
        {value.map((message, index) => (
          <Turn key={index} message={message} way={below(way, String(index))} />
        ))}
      </Stack>
    );
  }
  const isBranch = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  return (
    <Marked way={way}>
      {isBranch ? (
        <Stack gap={6}>
          {Object.entries(value).map(([name, each]) => (
            <Named key={name} name={name}>
              <Value value={each} way={below(way, name)} />
            </Named>
          ))}
        </Stack>
      ) : (
        <Leaf value={value} />
      )}
    </Marked>
  );
}

/** A row as a person reads it: chats as conversations, the rest by its fields. `path` is marked. */
export function RowView({ row, path }: { row: DataRow; path?: string | null }) {
  const steps = path ? stepsWithin(row, path) : [];
  const way = steps.length > 0 ? steps : null;
  const { messages, ...rest } = row;
  if (!isMessages(messages)) return <Value value={row} way={way} />;
  return (
    <Stack gap="sm">
      <Value value={messages} way={below(way, 'messages')} />
      {Object.keys(rest).length > 0 && <Value value={rest} way={way} />}
    </Stack>
  );
}
