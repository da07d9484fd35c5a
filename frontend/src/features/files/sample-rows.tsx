import { Badge, Group, Paper, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/components/ui/panel';

interface SampleMessage {
  role: string;
  content: unknown;
}

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

function messagesOf(row: Record<string, unknown>): SampleMessage[] | null {
  return Array.isArray(row.messages) ? (row.messages as SampleMessage[]) : null;
}

function SampleRow({ row }: { row: Record<string, unknown> }) {
  const messages = messagesOf(row);
  const parts = messages
    ? messages.map(({ role, content }) => [role, asText(content)] as const)
    : Object.entries(row).map(([name, value]) => [name, asText(value)] as const);
  return (
    <Paper withBorder p="sm" radius="md">
      <Stack gap={8}>
        {parts.map(([name, value], index) => (
          <Group key={index} wrap="nowrap" align="flex-start" gap="sm">
            <Badge color="gray" miw={84}>
              {name}
            </Badge>
            <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
              {value}
            </Text>
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}

export function SampleRows({ rows }: { rows: Record<string, unknown>[] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('report.sample')} note={t('report.sampleNote')}>
      <Stack gap="sm">
        {rows.map((row, index) => (
          <SampleRow key={index} row={row} />
        ))}
      </Stack>
    </Panel>
  );
}
