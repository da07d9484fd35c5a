import { Progress, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Ago } from '@/components/ui/ago';
import { LinkAnchor } from '@/components/ui/links';
import { StatusBadge } from '@/components/ui/status-badge';
import { TableScroll } from '@/components/ui/table-scroll';
import type { Job } from '@/lib/api/types';
import { formatMicroUsd } from '@/lib/format/money';
import { useLanguage } from '@/lib/i18n/i18n';
import { outcomeOf } from '@/lib/queries/jobs';

function JobState({ job }: { job: Job }) {
  const { t } = useTranslation();
  const { progress } = job.finery;
  return (
    <>
      <StatusBadge status={outcomeOf(job)} />
      {job.status === 'running' && progress && (
        <Progress.Root size="sm" mt={6} w={120}>
          <Progress.Section value={progress.percent} aria-label={t('job.progress')} />
        </Progress.Root>
      )}
    </>
  );
}

/** Fine-tuning jobs in short, each a link to its page. */
export function JobsTable({ jobs, label }: { jobs: Job[]; label: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <TableScroll label={label} minWidth={640}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('jobs.job')}</Table.Th>
          <Table.Th>{t('jobs.base')}</Table.Th>
          <Table.Th>{t('columns.status')}</Table.Th>
          <Table.Th ta="right">{t('jobs.cost')}</Table.Th>
          <Table.Th>{t('columns.created')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {jobs.map((job) => (
          <Table.Tr key={job.id}>
            <Table.Td>
              <LinkAnchor to="/fine-tuning/$jobId" params={{ jobId: job.id }} fw={600}>
                {job.user_provided_suffix || job.id}
              </LinkAnchor>
              {job.fine_tuned_model && (
                <Text size="xs" c="dimmed" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                  {job.fine_tuned_model}
                </Text>
              )}
            </Table.Td>
            <Table.Td>{job.model}</Table.Td>
            <Table.Td>
              <JobState job={job} />
            </Table.Td>
            <Table.Td ta="right">
              {job.finery.cost_micro_usd === null ? '–' : formatMicroUsd(job.finery.cost_micro_usd, language)}
            </Table.Td>
            <Table.Td>
              <Ago at={job.created_at} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}
