import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { DuplicatesPanel, LanguagesPanel, SensitivePanel } from '@/features/files/evidence-panels';
import { FindingsPanel } from '@/features/files/findings-panel';
import { LabelBalance } from '@/features/files/label-balance';
import { LengthsPanel } from '@/features/files/lengths-panel';
import { ReadingPanel } from '@/features/files/reading-panel';
import { RenameLabelForm } from '@/features/files/rename-label-form';
import { reportQuery } from '@/features/files/report-query';
import { SamplePanel } from '@/features/files/sample-panel';
import { SuspectsPanel } from '@/features/files/suspects-panel';
import { ToDoPanel } from '@/features/files/to-do-panel';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import type { FileReport } from '@/lib/api/report-types';
import type { FileObject } from '@/lib/api/types';
import { useScope } from '@/lib/project';

function Evidence({ report, datasetId }: { report: FileReport; datasetId: string | null }) {
  const { t } = useTranslation();
  const { duplicates, lengths } = report;
  return (
    <>
      <FindingsPanel title={t('report.errors')} findings={report.errors} count={report.error_count} isBad />
      <FindingsPanel
        title={t('report.warnings')}
        note={t('report.warningsNote')}
        findings={report.warnings}
        count={report.warning_count}
      />
      {duplicates.groups.length > 0 && <DuplicatesPanel duplicates={duplicates} />}
      {datasetId && report.label_suspects.length > 0 && (
        <SuspectsPanel fileId={report.file_id} datasetId={datasetId} suspects={report.label_suspects} />
      )}
      {report.sensitive.length > 0 && <SensitivePanel sensitive={report.sensitive} />}
      {report.labels.length > 0 && (
        <LabelBalance labels={report.labels}>
          {datasetId && report.format === 'classification' && (
            <RenameLabelForm
              fileId={report.file_id}
              datasetId={datasetId}
              labels={report.labels.map(({ label }) => label)}
            />
          )}
        </LabelBalance>
      )}
      {lengths && lengths.histogram.length > 0 && <LengthsPanel lengths={lengths} />}
      {report.languages.length > 0 && <LanguagesPanel languages={report.languages} />}
      {report.sample.length > 0 && <SamplePanel rows={report.sample} />}
    </>
  );
}

/** The report: what to do, then the evidence. While the file is read, how far that is. */
export function ReportView({ file, datasetId }: { file: FileObject; datasetId: string | null }) {
  const { data: report, error, isPending, refetch } = useQuery(reportQuery(useScope(), file.id));
  if (isPending) return <LoadingRows rows={5} />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (report.status === 'uploaded') return <ReadingPanel progress={report.progress} />;
  return (
    <Stack gap="lg">
      <ToDoPanel report={report} datasetId={datasetId} isMade={file.bytes > 0} />
      <Evidence report={report} datasetId={datasetId} />
    </Stack>
  );
}
