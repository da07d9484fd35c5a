import { Badge, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CallCost } from '@/features/playground/call-cost';
import { ErrorNote } from '@/components/ui/error-note';
import { LoadingRows } from '@/components/ui/loading';
import type { ClassifyResult } from '@/lib/api/data-plane';
import type { Price } from '@/lib/api/types';
import { formatPercent } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

const SHOWN = 8;

function Bars({ probs }: { probs: Record<string, number> }) {
  const language = useLanguage();
  const sorted = Object.entries(probs)
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN);
  return (
    <Stack gap={10}>
      {sorted.map(([label, share], place) => (
        <div key={label}>
          <Group justify="space-between" mb={3}>
            <Text size="sm" fw={place === 0 ? 650 : 400}>
              {label}
            </Text>
            <Text size="sm">{formatPercent(share, language)}</Text>
          </Group>
          <Progress.Root size="md">
            <Progress.Section
              value={share * 100}
              aria-label={label}
              color={place === 0 ? 'ember' : 'gray.5'}
            />
          </Progress.Root>
        </div>
      ))}
    </Stack>
  );
}

function Outcome({ result, price }: { result: ClassifyResult; price: Price }) {
  const answer = result.data[0];
  if (!answer) return null;
  return (
    <Stack>
      <Text fz={22} fw={650} data-testid="classified-as">
        {answer.label}
      </Text>
      <Bars probs={answer.probs} />
      <CallCost price={price} input={result.usage.prompt_tokens} cached={0} output={0} />
    </Stack>
  );
}

interface ClassifyColumnProps {
  title: string;
  model: string;
  price: Price;
  call: { data?: ClassifyResult; error: unknown; isPending: boolean };
}

export function ClassifyColumn({ title, model, price, call }: ClassifyColumnProps) {
  const { t } = useTranslation();
  return (
    <Paper
      withBorder
      radius="lg"
      p="md"
      bg="var(--finery-surface)"
      component="section"
      aria-label={`${title}: ${model}`}
    >
      <Group gap="sm" wrap="nowrap" mb="md">
        <Badge color={title === t('playground.tuned') ? 'ember' : 'gray'} style={{ flexShrink: 0 }}>
          {title}
        </Badge>
        <Text size="sm" ff="monospace" truncate title={model}>
          {model}
        </Text>
      </Group>
      <div aria-live="polite">
        {call.isPending ? (
          <LoadingRows rows={3} height={24} />
        ) : call.error ? (
          <ErrorNote error={call.error} />
        ) : call.data ? (
          <Outcome result={call.data} price={price} />
        ) : (
          <Text c="dimmed" size="sm">
            {t('playground.noResult')}
          </Text>
        )}
      </div>
    </Paper>
  );
}
