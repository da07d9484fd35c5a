import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { resultTableQuery } from '@/features/finetuning/job-queries';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { Panel } from '@/components/ui/panel';
import { TableScroll } from '@/components/ui/table-scroll';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';

const LARGEST_MATRIX = 10; // labels; of more, only the mix-ups are readable
const PAIRS_SHOWN = 15;

interface MatrixProps {
  labels: string[];
  counts: number[][];
}

function Matrix({ labels, counts }: MatrixProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <TableScroll label={t('job.confusion')} minWidth={120 + 80 * labels.length}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>
            {t('job.trueLabel')} \ {t('job.predicted')}
          </Table.Th>
          {labels.map((label) => (
            <Table.Th key={label} scope="col" ta="right" style={{ overflowWrap: 'anywhere' }}>
              {label}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {counts.map((row, at) => (
          <Table.Tr key={labels[at]}>
            <Table.Th scope="row" style={{ overflowWrap: 'anywhere' }}>
              {labels[at]}
            </Table.Th>
            {row.map((count, column) => (
              <Table.Td
                key={column}
                ta="right"
                fw={column === at ? 700 : undefined}
                c={count ? undefined : 'dimmed'}
              >
                {formatNumber(count, language)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}

function Pairs({ labels, counts }: MatrixProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const pairs = counts
    .flatMap((row, at) => row.map((rows, column) => ({ at, column, rows })))
    .filter(({ at, column, rows }) => at !== column && rows > 0)
    .sort((a, b) => b.rows - a.rows)
    .slice(0, PAIRS_SHOWN);
  if (pairs.length === 0) return <Text size="sm">{t('job.noConfusion')}</Text>;
  return (
    <TableScroll label={t('job.confusion')} minWidth={360}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('job.trueLabel')}</Table.Th>
          <Table.Th>{t('job.predicted')}</Table.Th>
          <Table.Th ta="right">{t('job.labelRows')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {pairs.map(({ at, column, rows }) => (
          <Table.Tr key={`${at}-${column}`}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{labels[at]}</Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{labels[column]}</Table.Td>
            <Table.Td ta="right">{formatNumber(rows, language)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}

/** Which labels are taken for which: the whole matrix of few labels, the mix-ups of many. */
export function ConfusionPanel({ fileId }: { fileId: string }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(resultTableQuery(useScope(), fileId));
  if (isPending) return <LoadingRows rows={3} />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  const [header = [], ...rows] = data;
  const labels = header.slice(1);
  const counts = rows.map((row) => row.slice(1).map(Number));
  const isSmall = labels.length <= LARGEST_MATRIX;
  return (
    <Panel title={t('job.confusion')} note={t(isSmall ? 'job.confusionNote' : 'job.confusionPairs')}>
      {isSmall ? <Matrix labels={labels} counts={counts} /> : <Pairs labels={labels} counts={counts} />}
    </Panel>
  );
}
