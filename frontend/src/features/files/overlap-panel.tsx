import { Alert, Badge, Group, List, Loader, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LineLink } from '@/features/files/line-link';
import { overlapQuery } from '@/features/files/rows-query';
import { useVersionOptions } from '@/features/files/use-version-options';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { Panel } from '@/components/ui/panel';
import type { Overlap } from '@/lib/api/data-types';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';

const SHOWN = 50;

function Shared({ overlap }: { overlap: Overlap }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { exact, near, rows } = overlap;
  if (exact + near === 0) return <Alert color="green">{t('overlap.none')}</Alert>;
  return (
    <Stack gap="sm">
      <Alert color="red" title={t('overlap.foundTitle')}>
        {t('overlap.found', { exact: formatNumber(exact, language), near: formatNumber(near, language) })}
      </Alert>
      <List size="sm" spacing={4}>
        {rows.slice(0, SHOWN).map(({ line, with_line: other, kind }) => (
          <List.Item key={`${line}-${other}`}>
            <Group gap="xs">
              <Badge color={kind === 'exact' ? 'red' : 'yellow'}>{t(`duplicates.${kind}`)}</Badge>
              <LineLink line={line} />
              <Text size="sm">{t('overlap.isLine', { line: other })}</Text>
            </Group>
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}

function Comparison({ fileId, withId }: { fileId: string; withId: string }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(overlapQuery(useScope(), fileId, withId));
  if (isPending) return <LoadingRows rows={1} />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (data.status === 'comparing') {
    return (
      <Group role="status">
        <Loader size="sm" />
        <Text>{t('overlap.comparing')}</Text>
      </Group>
    );
  }
  return <Shared overlap={data} />;
}

/** Is one file's data in another? A model that was examined on what it learned looks better than it is. */
export function OverlapPanel({ fileId, datasetId }: { fileId: string; datasetId: string }) {
  const { t } = useTranslation();
  const options = useVersionOptions(fileId, datasetId);
  const [withId, setWithId] = useState<string | null>(null);
  return (
    <Panel title={t('overlap.title')} note={t('overlap.note')}>
      <Select
        label={t('overlap.with')}
        placeholder={t('overlap.choose')}
        data={options}
        value={withId}
        onChange={setWithId}
        searchable
        nothingFoundMessage={t('datasets.noMatch')}
        maw={480}
      />
      {withId && <Comparison fileId={fileId} withId={withId} />}
    </Panel>
  );
}
