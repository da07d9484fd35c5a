import { Button, Drawer, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { RowFindings } from '@/features/files/row-findings';
import { RowLineagePanel } from '@/features/files/row-lineage';
import { rowQuery } from '@/features/files/rows-query';
import { useFileSearch } from '@/features/files/use-file-search';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { RowView } from '@/components/ui/row-view';
import type { FileRow } from '@/lib/api/data-types';
import { useScope } from '@/lib/project';

/** No row of the asked kind starts at the line: it may be one of the other kind. */
function NotHere() {
  const { t } = useTranslation();
  const { search, show } = useFileSearch();
  const other = search.only === 'bad' ? undefined : 'bad';
  return (
    <Stack align="flex-start">
      <Text>{other ? t('rows.notSound') : t('rows.notBad')}</Text>
      <Button variant="default" onClick={() => show({ ...search, only: other })}>
        {other ? t('rows.lookAmongBad') : t('rows.lookAmongSound')}
      </Button>
    </Stack>
  );
}

function Details({ row, path }: { row: FileRow; path?: string }) {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      {row.findings.length > 0 && <RowFindings findings={row.findings} />}
      <RowView row={row.row} path={path ?? row.findings[0]?.param} />
      {row.hash && (
        <>
          <Title order={3}>{t('lineage.title')}</Title>
          <RowLineagePanel hash={row.hash} />
        </>
      )}
    </Stack>
  );
}

function Opened({ line }: { line: number }) {
  const { fileId, search } = useFileSearch();
  const { data: row, error, isPending, refetch } = useQuery(rowQuery(useScope(), fileId, line, search.only));
  if (isPending) return <LoadingRows />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!row) return <NotHere />;
  return <Details row={row} path={search.path} />;
}

/** The row that the address names, beside the list. */
export function RowDrawer() {
  const { t } = useTranslation();
  const { search, show } = useFileSearch();
  const { open: line } = search;
  return (
    <Drawer
      opened={line !== undefined}
      onClose={() => show({ view: 'rows', only: search.only, line: search.line })}
      position="right"
      size="lg"
      title={t('rows.one', { line })}
      attributes={{ header: { role: 'presentation' } }}
      closeButtonProps={{ 'aria-label': t('actions.close') }}
    >
      {line !== undefined && <Opened key={line} line={line} />}
    </Drawer>
  );
}
