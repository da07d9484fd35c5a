import { Alert, Group, Loader, Paper, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { cleaned, isComplete } from '@/features/files/mapping-roles';
import { RowFindings } from '@/features/files/row-findings';
import { LoadError } from '@/components/ui/load-error';
import { RowView } from '@/components/ui/row-view';
import type { Mapping, MappingPreview } from '@/lib/api/data-types';
import { previewMapping } from '@/lib/api/datasets';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';
import { filesKey } from '@/lib/queries/files';

const CHOOSING_MS = 400;

function Sample({ preview }: { preview: MappingPreview }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const count = preview.error_count;
  return (
    <Stack gap="sm" data-testid="mapping-sample">
      <Alert color={count === 0 ? 'green' : 'red'} role="status">
        {count === 0
          ? t('mapping.allGood')
          : t('mapping.errors', { count, errors: formatNumber(count, language) })}
      </Alert>
      {preview.rows.map(({ line, row, findings }) => (
        <Paper key={line} withBorder p="sm" radius="md">
          <Text size="xs" c="dimmed" mb={6}>
            {t('rows.one', { line })}
          </Text>
          {row && <RowView row={row} />}
          {findings.length > 0 && <RowFindings findings={findings} />}
        </Paper>
      ))}
    </Stack>
  );
}

/** The file's first rows under a mapping, as it is being chosen. */
export function MappingSample({ fileId, mapping }: { fileId: string; mapping: Mapping }) {
  const { t } = useTranslation();
  const scope = useScope();
  const [settled] = useDebouncedValue(mapping, CHOOSING_MS);
  const asked = cleaned(settled);
  const isReady = isComplete(settled);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: [...filesKey(scope), 'mapping', fileId, asked],
    queryFn: ({ signal }) => previewMapping(scope, fileId, asked, signal),
    enabled: isReady,
    placeholderData: (previous) => previous,
  });
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Title order={3}>{t('mapping.sample')}</Title>
        {isFetching && <Loader size="xs" aria-label={t('loading')} />}
      </Group>
      {!isReady ? (
        <Text c="dimmed" size="sm">
          {t('mapping.incomplete')}
        </Text>
      ) : error ? (
        <LoadError error={error} onRetry={() => void refetch()} />
      ) : (
        data && <Sample preview={data} />
      )}
    </Stack>
  );
}
