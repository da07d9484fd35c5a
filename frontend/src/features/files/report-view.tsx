import { Alert, Badge, Group, Loader, Stack, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { IssuesTable } from '@/features/files/issues-table';
import { LabelBalance } from '@/features/files/label-balance';
import { reportQuery } from '@/features/files/report-query';
import { SampleRows } from '@/features/files/sample-rows';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { Panel } from '@/components/ui/panel';
import type { FileReport } from '@/lib/api/types';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';

function Verdict({ report }: { report: FileReport }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const rows = report.rows ?? 0;
  return (
    <Panel title={t('report.title')}>
      <Group gap="sm">
        <Badge color="gray" size="lg">
          {t('report.rows', { count: rows, rows: formatNumber(rows, language) })}
        </Badge>
        {report.format && (
          <Badge color="ember" size="lg">
            {t(`report.format.${report.format}`)}
          </Badge>
        )}
      </Group>
      {report.errors.length === 0 ? (
        <Alert color="green" icon={<IconCircleCheck aria-hidden="true" />} title={t('report.goodTitle')}>
          {t('report.goodText')}
        </Alert>
      ) : (
        <IssuesTable issues={report.errors} label={t('report.errors')} />
      )}
      {report.errors_truncated && (
        <Text size="sm" c="dimmed">
          {t('report.truncated')}
        </Text>
      )}
    </Panel>
  );
}

/** The validation report; while the file is checked, that it is being checked. */
export function ReportView({ fileId }: { fileId: string }) {
  const { t } = useTranslation();
  const { data: report, error, isPending, refetch } = useQuery(reportQuery(useScope(), fileId));
  if (isPending) return <LoadingRows rows={5} />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (report.status === 'uploaded') {
    return (
      <Panel title={t('report.title')}>
        <Group role="status">
          <Loader size="sm" />
          <Text>{t('report.checking')}</Text>
        </Group>
      </Panel>
    );
  }
  return (
    <Stack gap="lg">
      <Verdict report={report} />
      {report.warnings.length > 0 && (
        <Panel title={t('report.warnings')} note={t('report.warningsNote')}>
          <IssuesTable issues={report.warnings} label={t('report.warnings')} />
        </Panel>
      )}
      {report.labels.length > 0 && <LabelBalance labels={report.labels} />}
      {report.sample.length > 0 && <SampleRows rows={report.sample} />}
    </Stack>
  );
}
