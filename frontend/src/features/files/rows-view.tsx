import { Alert, Button, Group } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconTableOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RowDrawer } from '@/features/files/row-drawer';
import { RowFilters } from '@/features/files/row-filters';
import { useRowPages } from '@/features/files/rows-query';
import { RowsSearched } from '@/features/files/rows-searched';
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
  const query = useRowPages(useScope(), fileId, filter);
  const rows = query.data?.pages.flatMap(({ data }) => data);
  const last = query.hasNextPage && (settled || label) ? query.data?.pages.at(-1)?.last_number : undefined;
  const isFiltered = Boolean(settled || label || place.line);
  const searched = last === undefined || last === null ? undefined : last + 1;
  return {
    query: { ...query, data: rows },
    fileId,
    search,
    setSearch,
    label,
    setLabel,
    isFiltered,
    searched,
  };
}

/** The file's rows: to search, to filter, to page through and to open. */
export function RowsView({ labels }: { labels: string[] }) {
  const { t } = useTranslation();
  const { search: place, show } = useFileSearch();
  const { query, fileId, search, setSearch, label, setLabel, isFiltered, searched } = useRows();
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
      {searched !== undefined && <RowsSearched fileId={fileId} searched={searched} />}
      <CursorList list={query} empty={query.isLooking ? null : <NoRows isFiltered={isFiltered} />}>
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
