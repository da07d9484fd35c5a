import { Badge, Button, Group, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DiffRows } from '@/features/datasets/diff-rows';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { Panel } from '@/components/ui/panel';
import type { DatasetDiff, Version } from '@/lib/api/data-types';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';
import { diffQuery } from '@/lib/queries/datasets';

function Counts({ diff }: { diff: DatasetDiff }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const rows = (count: number) => ({ count, rows: formatNumber(count, language) });
  return (
    <Group gap="xs" data-testid="diff-counts">
      <Badge size="lg" color="green">
        + {t('diff.added', rows(diff.added))}
      </Badge>
      <Badge size="lg" color="red">
        − {t('diff.removed', rows(diff.removed))}
      </Badge>
      <Badge size="lg" color="gray">
        {t('diff.kept', rows(diff.kept))}
      </Badge>
    </Group>
  );
}

interface Sizes {
  from: Version;
  to: Version;
}

/** All rows of both versions: repeats and rows with errors are not compared, but they may have gone. */
function Sizes({ from, to, diff }: Sizes & { diff: DatasetDiff }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (from.rows === null || to.rows === null) return null;
  const others = from.rows - to.rows - (diff.removed - diff.added);
  return (
    <Text size="sm">
      {t('diff.rowsLine', { from: formatNumber(from.rows, language), to: formatNumber(to.rows, language) })}{' '}
      {others > 0 && t('diff.notCompared', { count: others, rows: formatNumber(others, language) })}
    </Text>
  );
}

function Diff({ datasetId, from, to }: Sizes & { datasetId: string }) {
  const { t } = useTranslation();
  const diff = useInfiniteQuery(diffQuery(useScope(), datasetId, from.file_id, to.file_id));
  if (diff.isPending) return <LoadingRows />;
  if (diff.error) return <LoadError error={diff.error} onRetry={() => void diff.refetch()} />;
  const first = diff.data.pages[0];
  const rows = diff.data.pages.flatMap((page) => page.rows);
  return (
    <Stack>
      {first && <Sizes from={from} to={to} diff={first} />}
      {first && <Counts diff={first} />}
      {rows.length > 0 ? <DiffRows rows={rows} /> : <Text c="dimmed">{t('diff.same')}</Text>}
      {diff.hasNextPage && (
        <Group justify="center">
          <Button
            variant="default"
            loading={diff.isFetchingNextPage}
            onClick={() => void diff.fetchNextPage()}
          >
            {t('actions.more')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** What changed between two versions: at first, between the newest and the one before it. */
export function DiffPanel({ datasetId, versions }: { datasetId: string; versions: Version[] }) {
  const { t } = useTranslation();
  const read = versions.filter(({ status }) => status !== 'uploaded');
  const [chosen, setChosen] = useState<{ from?: string; to?: string }>({});
  if (read.length < 2) return null;
  const from = chosen.from ?? read[1]?.file_id ?? '';
  const to = chosen.to ?? read[0]?.file_id ?? '';
  const version = (fileId: string) => read.find(({ file_id: id }) => id === fileId);
  const [before, after] = [version(from), version(to)];
  const options = read.map(({ file_id: value, version }) => ({
    value,
    label: t('datasets.version', { version }),
  }));
  return (
    <Panel title={t('diff.title')} note={t('diff.note')}>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select
          label={t('diff.from')}
          data={options}
          value={from}
          onChange={(value) => value && setChosen({ from: value, to })}
          allowDeselect={false}
        />
        <Select
          label={t('diff.to')}
          data={options}
          value={to}
          onChange={(value) => value && setChosen({ from, to: value })}
          allowDeselect={false}
        />
      </SimpleGrid>
      {before && after && <Diff datasetId={datasetId} from={before} to={after} />}
    </Panel>
  );
}
