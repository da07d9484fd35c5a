import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ColumnsView } from '@/features/files/columns-view';
import { LineageView } from '@/features/files/lineage-view';
import { reportQuery } from '@/features/files/report-query';
import { ReportView } from '@/features/files/report-view';
import { RowsView } from '@/features/files/rows-view';
import { TokensView } from '@/features/files/tokens-view';
import { useFileSearch } from '@/features/files/use-file-search';
import { LoadingRows } from '@/components/ui/loading';
import type { FileLineage } from '@/lib/api/data-types';
import type { FileObject } from '@/lib/api/types';
import { FILE_VIEWS, type FileView } from '@/lib/file-search';
import { useScope } from '@/lib/project';

interface FileTabsProps {
  file: FileObject;
  lineage: FileLineage | undefined;
}

function View({ view, file, lineage }: FileTabsProps & { view: FileView }) {
  const { data: report } = useQuery(reportQuery(useScope(), file.id));
  const datasetId = lineage?.dataset_id ?? null;
  if (view === 'rows') return <RowsView labels={report?.labels.map(({ label }) => label) ?? []} />;
  if (view === 'tokens') return <TokensView fileId={file.id} format={report?.format ?? null} />;
  if (view === 'columns') return <ColumnsView fileId={file.id} datasetId={datasetId} />;
  if (view === 'lineage') return lineage ? <LineageView lineage={lineage} /> : <LoadingRows />;
  return <ReportView file={file} datasetId={datasetId} />;
}

/** The sides of a file of training data. While it is read there is only its report. */
export function FileTabs({ file, lineage }: FileTabsProps) {
  const { t } = useTranslation();
  const { search, show } = useFileSearch();
  const views = FILE_VIEWS.filter((view) => {
    if (view === 'tokens') return file.status === 'processed';
    return view === 'report' || file.status !== 'uploaded';
  });
  const view = views.find((each) => each === search.view) ?? 'report';
  return (
    <Tabs value={view} onChange={(next) => show({ view: next as FileView })}>
      <Tabs.List>
        {views.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {t(`files.view.${each}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={view} pt="lg">
        <View view={view} file={file} lineage={lineage} />
      </Tabs.Panel>
    </Tabs>
  );
}
