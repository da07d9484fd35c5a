import { Alert, Button, Group } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconTableOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RowDrawer } from '@/features/files/row-drawer';
import { RowFilters } from '@/features/files/row-filters';
import { rowsQuery } from '@/features/files/rows-query';
import { RowsTable } from '@/features/files/rows-table';
import { useFileSearch } from '@/features/files/use-file-search';
import { CursorList } from '@/components/ui/cursor-list';
import { EmptyState } from '@/components/ui/empty-state';
import { Panel } from '@/components/ui/panel';
import { useScope } from '@/lib/project';

const TYPING_MS = 300;

function NoRows({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<IconTableOff aria-hidden="true" />}
      title={t('rows.emptyTitle')}
      text={isFiltered ? t('rows.emptyFiltered') : t('rows.empty')}
    />
  );
}

function useRows() {
  const { fileId, search: place } = useFileSearch();
  const [search, setSearch] = useState('');
  const [label, setLabel] = useState<string | null>(null);
  const [settled] = useDebouncedValue(search, TYPING_MS);
  const filter = place.only
    ? { only: place.only, line: place.line }
    : { search: settled || undefined, label: label ?? undefined, line: place.line };
  const query = useInfiniteQuery(rowsQuery(useScope(), fileId, filter));
  const rows = query.data?.pages.flatMap(({ data }) => data);
  const isFiltered = Boolean(settled || label || place.line);
  return { query: { ...query, data: rows }, search, setSearch, label, setLabel, isFiltered };
}

/** The file's rows: to search, to filter, to page through and to open. */
export function RowsView({ labels }: { labels: string[] }) {
  const { t } = useTranslation();
  const { search: place, show } = useFileSearch();
  const { query, search, setSearch, label, setLabel, isFiltered } = useRows();
  const base = { view: 'rows', only: place.only } as const;
  return (
    <Panel title={t('rows.title')} note={t('rows.note')}>
      <RowFilters
        search={search}
        onSearch={setSearch}
        labels={labels}
        label={label}
        onLabel={setLabel}
        isBadOnly={place.only === 'bad'}
        onBadOnly={(isBadOnly) => show({ view: 'rows', only: isBadOnly ? 'bad' : undefined })}
        onJump={(line) => show({ ...base, line })}
      />
      {place.line !== undefined && (
        <Alert color="gray" role="note">
          <Group justify="space-between">
            {t('rows.fromLine', { line: place.line })}
            <Button size="compact-sm" variant="default" onClick={() => show(base)}>
              {t('rows.fromStart')}
            </Button>
          </Group>
        </Alert>
      )}
      <CursorList list={query} empty={<NoRows isFiltered={isFiltered} />}>
        {(rows) => (
          <RowsTable
            rows={rows}
            marked={place.open}
            onOpen={(row) => show({ ...base, line: place.line, open: row.line })}
          />
        )}
      </CursorList>
      <RowDrawer />
    </Panel>
  );
}
