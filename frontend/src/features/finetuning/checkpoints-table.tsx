import { Group, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { checkpointsQuery } from '@/features/finetuning/job-queries';
import { CopyIcon } from '@/components/ui/copy';
import { LoadError } from '@/components/ui/load-error';
import { Panel } from '@/components/ui/panel';
import { TableScroll } from '@/components/ui/table-scroll';
import type { Checkpoint } from '@/lib/api/types';
import { formatDateTime } from '@/lib/format/dates';
import { formatFigure } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';

function CheckpointRow({ checkpoint }: { checkpoint: Checkpoint }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const figure = (value: number | null | undefined) => (value == null ? '–' : formatFigure(value, language));
  return (
    <Table.Tr>
      <Table.Td fw={600}>{checkpoint.step_number}</Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap">
          <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {checkpoint.fine_tuned_model_checkpoint ?? '–'}
          </Text>
          {checkpoint.fine_tuned_model_checkpoint && (
            <CopyIcon value={checkpoint.fine_tuned_model_checkpoint} label={t('job.copyModel')} />
          )}
        </Group>
      </Table.Td>
      <Table.Td>{figure(checkpoint.metrics.train_loss)}</Table.Td>
      <Table.Td>{figure(checkpoint.metrics.valid_loss ?? checkpoint.metrics.full_valid_loss)}</Table.Td>
      <Table.Td>{formatDateTime(checkpoint.created_at, language)}</Table.Td>
    </Table.Tr>
  );
}

/** Checkpoints; the whole panel is absent while there are none. */
export function CheckpointsTable({ jobId, isLive }: { jobId: string; isLive: boolean }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(checkpointsQuery(useScope(), jobId, isLive));
  if (isPending) return null;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (data.data.length === 0) return null;
  return (
    <Panel title={t('job.checkpoints')} note={t('job.checkpointsNote')}>
      <TableScroll label={t('job.checkpoints')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('job.stepAxis')}</Table.Th>
            <Table.Th>{t('job.model')}</Table.Th>
            <Table.Th>{t('job.trainLoss')}</Table.Th>
            <Table.Th>{t('job.validLoss')}</Table.Th>
            <Table.Th>{t('columns.created')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.data.map((checkpoint) => (
            <CheckpointRow key={checkpoint.id} checkpoint={checkpoint} />
          ))}
        </Table.Tbody>
      </TableScroll>
    </Panel>
  );
}
