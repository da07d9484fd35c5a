import { Group, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MappingFields } from '@/features/files/mapping-fields';
import { MappingSample } from '@/features/files/mapping-preview';
import { cleaned, firstMapping, isComplete } from '@/features/files/mapping-roles';
import { reportQuery } from '@/features/files/report-query';
import { useMakeVersions } from '@/features/files/use-make-versions';
import { ErrorNote } from '@/components/ui/error-note';
import { GuardedButton } from '@/components/ui/guard';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { Panel } from '@/components/ui/panel';
import type { Mapping } from '@/lib/api/data-types';
import type { FileReport } from '@/lib/api/report-types';
import { useScope } from '@/lib/project';

function MappingForm({ report, datasetId }: { report: FileReport; datasetId: string | null }) {
  const { t } = useTranslation();
  const making = useMakeVersions(datasetId ?? '');
  const [mapping, setMapping] = useState<Mapping>(
    () => report.mapping ?? firstMapping(report.format ?? 'classification', report.columns),
  );
  return (
    <Panel title={t('mapping.title')} note={t('mapping.note')}>
      <MappingFields mapping={mapping} columns={report.columns} onChange={setMapping} />
      {making.error && <ErrorNote error={making.error} />}
      <Group>
        <GuardedButton
          action="file.write"
          leftSection={<IconCheck size={16} aria-hidden="true" />}
          disabled={!isComplete(mapping) || !datasetId}
          loading={making.isPending}
          onClick={() => making.mutate({ type: 'map', file_id: report.file_id, mapping: cleaned(mapping) })}
        >
          {t('mapping.apply')}
        </GuardedButton>
        <Text size="sm" c="dimmed">
          {t('report.applyNote')}
        </Text>
      </Group>
      <MappingSample fileId={report.file_id} mapping={mapping} />
    </Panel>
  );
}

/** Say which columns hold what, and see at once what comes of it. */
export function ColumnsView({ fileId, datasetId }: { fileId: string; datasetId: string | null }) {
  const { t } = useTranslation();
  const { data: report, error, isPending, refetch } = useQuery(reportQuery(useScope(), fileId));
  if (isPending) return <LoadingRows />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (report.columns.length === 0) {
    return (
      <Panel title={t('mapping.title')}>
        <Text c="dimmed">{t('mapping.noColumns')}</Text>
      </Panel>
    );
  }
  return <MappingForm report={report} datasetId={datasetId} />;
}
