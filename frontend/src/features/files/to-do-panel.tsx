import { Alert, Badge, Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconColumns } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { AdviceList } from '@/features/files/advice-list';
import { FixesForm } from '@/features/files/fixes-form';
import { GuardedLink } from '@/components/ui/guard';
import { LinkButton } from '@/components/ui/links';
import { Panel } from '@/components/ui/panel';
import type { FileReport } from '@/lib/api/report-types';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

export const needsMapping = ({ advice, errors }: Pick<FileReport, 'advice' | 'errors'>) =>
  [...advice, ...errors].some(({ code }) => code === 'needs_mapping');

function Facts({ report }: { report: FileReport }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const rows = report.rows ?? 0;
  const source = [report.syntax?.toUpperCase(), report.encoding?.toUpperCase()].filter(Boolean).join(' · ');
  return (
    <Group gap="sm">
      <Badge color="gray" size="lg">
        {t('report.rows', { count: rows, rows: formatNumber(rows, language) })}
      </Badge>
      {report.format && (
        <Badge color="ember" size="lg">
          {t(`rowFormat.${report.format}`)}
        </Badge>
      )}
      {source && (
        <Badge color="gray" size="lg">
          {source}
        </Badge>
      )}
    </Group>
  );
}

function Verdict({ report, isMade }: { report: FileReport; isMade: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (report.status === 'processed' && report.methods.length === 0) {
    const formats = report.trainable_formats.map((each) => t(`rowFormat.${each}`)).join(', ');
    return (
      <Alert
        color="yellow"
        icon={<IconAlertTriangle aria-hidden="true" />}
        title={t('report.untrainedTitle')}
      >
        {t('report.untrainedText', { formats })}
      </Alert>
    );
  }
  if (report.status === 'processed') {
    return (
      <Alert color="green" icon={<IconCircleCheck aria-hidden="true" />} title={t('report.goodTitle')}>
        {report.warning_count > 0 ? t('report.goodWithWarnings') : t('report.goodText')}
      </Alert>
    );
  }
  if (!isMade) {
    return (
      <Alert color="red" icon={<IconAlertTriangle aria-hidden="true" />} title={t('report.failedTitle')} />
    );
  }
  const count = report.error_count;
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle aria-hidden="true" />}
      title={t('report.badTitle', { count, errors: formatNumber(count, language) })}
    >
      {report.fixes.length > 0 ? t('report.badFixable') : t('report.badText')}
    </Alert>
  );
}

interface ToDoPanelProps {
  report: FileReport;
  datasetId: string | null;
  /** Of a version that could not be made, the one error says why. */
  isMade: boolean;
}

/** First what to do, then why. */
export function ToDoPanel({ report, datasetId, isMade }: ToDoPanelProps) {
  const language = useLanguage();
  const { t } = useTranslation();
  return (
    <Panel title={t('report.toDo')}>
      <Facts report={report} />
      <Verdict report={report} isMade={isMade} />
      {report.advice.length > 0 && <AdviceList advice={report.advice} />}
      {needsMapping(report) && (
        <Group>
          <GuardedLink action="file.write" label={t('mapping.choose')}>
            <LinkButton
              to="/files/$fileId"
              params={{ fileId: report.file_id }}
              search={{ view: 'columns' }}
              leftSection={<IconColumns size={16} aria-hidden="true" />}
            >
              {t('mapping.choose')}
            </LinkButton>
          </GuardedLink>
        </Group>
      )}
      {datasetId && report.fixes.length > 0 && (
        <FixesForm key={report.file_id} fileId={report.file_id} datasetId={datasetId} fixes={report.fixes} />
      )}
      {report.examined.rows < report.examined.of && (
        <Text size="sm" c="dimmed">
          {t('report.examined', {
            rows: formatNumber(report.examined.rows, language),
            of: formatNumber(report.examined.of, language),
          })}
        </Text>
      )}
    </Panel>
  );
}
