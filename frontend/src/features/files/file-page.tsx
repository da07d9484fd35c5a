import { SimpleGrid } from '@mantine/core';
import { IconFlame, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Ago } from '@/components/ui/ago';
import { ExportMenu } from '@/features/files/export-menu';
import { useFileActions } from '@/features/files/file-actions';
import { FileTabs } from '@/features/files/file-tabs';
import { OperationMenu } from '@/features/files/operation-menu';
import { fileQuery, reportQuery } from '@/features/files/report-query';
import { LoadError } from '@/components/ui/load-error';
import { GuardedButton, GuardedLink } from '@/components/ui/guard';
import { LinkAnchor, LinkButton } from '@/components/ui/links';
import { LoadingRows } from '@/components/ui/loading';
import { Page } from '@/components/ui/page';
import { Stat } from '@/components/ui/stat';
import { StatusBadge } from '@/components/ui/status-badge';
import { usePurposeName } from '@/components/ui/names';
import type { FileLineage } from '@/lib/api/data-types';
import type { FileObject } from '@/lib/api/types';
import { formatDateTime } from '@/lib/format/dates';
import { formatBytes } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';
import { datasetQuery, lineageQuery } from '@/lib/queries/datasets';

interface FileProps {
  file: FileObject;
  lineage: FileLineage | undefined;
}

function useSource({ file, lineage }: FileProps) {
  const { data: report } = useQuery(reportQuery(useScope(), file.id));
  if (!report?.rows || !lineage?.dataset_id || file.status !== 'processed') return null;
  return {
    fileId: file.id,
    datasetId: lineage.dataset_id,
    rows: report.rows,
    format: report.format,
    labels: report.labels.map(({ label }) => label),
  };
}

function FileActions({ file, lineage }: FileProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { askDelete } = useFileActions(() => void navigate({ to: '/data' }));
  const source = useSource({ file, lineage });
  return (
    <>
      {file.status === 'processed' && (
        <GuardedLink action="job.write" label={t('files.train')}>
          <LinkButton
            to="/fine-tuning/new"
            search={{ file: file.id }}
            leftSection={<IconFlame size={16} aria-hidden="true" />}
          >
            {t('files.train')}
          </LinkButton>
        </GuardedLink>
      )}
      {source && <OperationMenu source={source} />}
      <ExportMenu file={file} />
      <GuardedButton
        action="file.write"
        variant="default"
        leftSection={<IconTrash size={16} aria-hidden="true" />}
        onClick={() => askDelete(file)}
      >
        {t('actions.delete')}
      </GuardedButton>
    </>
  );
}

/** Which version of which dataset the file is. */
function Place({ file, lineage }: FileProps) {
  const { t } = useTranslation();
  const scope = useScope();
  const datasetId = lineage?.dataset_id;
  const { data: dataset } = useQuery({
    ...datasetQuery(scope, datasetId ?? ''),
    enabled: Boolean(datasetId),
  });
  if (!dataset) return file.id;
  return (
    <LinkAnchor to="/data/$datasetId" params={{ datasetId: dataset.id }}>
      {t('datasets.versionInDataset', { version: lineage?.version, name: dataset.name })}
    </LinkAnchor>
  );
}

function FileFacts({ file }: { file: FileObject }) {
  const { t } = useTranslation();
  const purposeName = usePurposeName();
  const language = useLanguage();
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      <Stat label={t('files.size')} value={formatBytes(file.bytes, language)} note={file.id} />
      <Stat label={t('files.purpose')} value={purposeName(file.purpose)} />
      <Stat
        label={t('columns.created')}
        value={<Ago at={file.created_at} />}
        note={formatDateTime(file.created_at, language)}
      />
    </SimpleGrid>
  );
}

export function FilePage() {
  const { t } = useTranslation();
  const scope = useScope();
  const { fileId } = useParams({ from: '/shell/files/$fileId' });
  const { data: file, error, isPending, refetch } = useQuery(fileQuery(scope, fileId));
  const { data: lineage } = useQuery(lineageQuery(scope, fileId));
  if (isPending) return <LoadingRows rows={6} />;
  if (error) {
    return (
      <Page title={t('files.one')}>
        <LoadError error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  return (
    <Page
      title={file.filename}
      badge={<StatusBadge status={file.status} />}
      description={<Place file={file} lineage={lineage} />}
      actions={<FileActions file={file} lineage={lineage} />}
    >
      <FileFacts file={file} />
      {file.purpose === 'fine-tune' && <FileTabs key={file.id} file={file} lineage={lineage} />}
    </Page>
  );
}
