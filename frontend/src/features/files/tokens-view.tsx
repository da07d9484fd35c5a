import { Group, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LineLink } from '@/features/files/line-link';
import { LossMask } from '@/features/files/loss-mask';
import { Histogram } from '@/components/ui/histogram';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { Panel } from '@/components/ui/panel';
import { TokenCount } from '@/components/ui/token-summary';
import type { FileTokens, RowFormat } from '@/lib/api/data-types';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';
import { basesQuery } from '@/lib/queries/models';

const LINES_SHOWN = 20;

/** The rows that are too long, by line. */
function OverLengthRows({ tokens }: { tokens: FileTokens }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (tokens.over_length.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {t('tokens.overLengthRows')}
      </Text>
      <Group gap="md">
        {tokens.over_length.slice(0, LINES_SHOWN).map(({ line, tokens: count }) => (
          <Group key={line} gap={6}>
            <LineLink line={line} />
            <Text size="sm" c="dimmed">
              {t('tokens.count', { tokens: formatNumber(count, language) })}
            </Text>
          </Group>
        ))}
      </Group>
    </div>
  );
}

function Evidence({ tokens }: { tokens: FileTokens }) {
  const { t } = useTranslation();
  return (
    <>
      <OverLengthRows tokens={tokens} />
      {tokens.histogram.length > 0 && (
        <Histogram title={t('tokens.histogram')} bins={tokens.histogram} unit={t('tokens.perRow')} />
      )}
      {tokens.preview.length > 0 && <LossMask preview={tokens.preview} />}
    </>
  );
}

/** What the file is to a base: how many tokens, which rows are too long, and what is trained. */
export function TokensView({ fileId, format }: { fileId: string; format: RowFormat | null }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(basesQuery(useScope()));
  const [chosen, setChosen] = useState<string | null>(null);
  if (isPending) return <LoadingRows />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  const method = format === 'classification' ? 'classification' : 'supervised';
  const fitting = data.data.find(({ methods }) => methods.includes(method)) ?? data.data[0];
  const model = chosen ?? fitting?.id ?? '';
  return (
    <Panel title={t('tokens.title')} note={t('tokens.note')}>
      <Select
        label={t('tokens.base')}
        data={data.data.map(({ id }) => id)}
        value={model}
        onChange={setChosen}
        allowDeselect={false}
        searchable
        maw={360}
      />
      <TokenCount key={model} fileId={fileId} model={model}>
        {(tokens) => (
          <Stack>
            <Evidence tokens={tokens} />
          </Stack>
        )}
      </TokenCount>
    </Panel>
  );
}
