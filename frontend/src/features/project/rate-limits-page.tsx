import { Table } from '@mantine/core';
import { IconGauge, IconPencil } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProjectFrame } from '@/features/project/project-frame';
import { rateLimitsQuery } from '@/features/project/project-queries';
import { RateLimitForm } from '@/features/project/rate-limit-form';
import { CursorList } from '@/components/ui/cursor-list';
import { Dialog } from '@/components/ui/dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { ReadOnlyNote } from '@/components/ui/guard';
import { Panel } from '@/components/ui/panel';
import { RowAction, RowActions } from '@/components/ui/row-actions';
import { TableScroll } from '@/components/ui/table-scroll';
import type { RateLimit } from '@/lib/api/admin-types';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useCan } from '@/lib/permissions';
import { useScope } from '@/lib/project';

interface LimitsTableProps {
  limits: RateLimit[];
  onEdit: (limit: RateLimit) => void;
}

function LimitsTable({ limits, onEdit }: LimitsTableProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const canWrite = useCan('rate_limit.write');
  return (
    <TableScroll label={t('settings.rateLimits')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('usage.model')}</Table.Th>
          <Table.Th ta="right">{t('rateLimits.requests')}</Table.Th>
          <Table.Th ta="right">{t('rateLimits.tokens')}</Table.Th>
          <Table.Th aria-label={t('columns.actions')} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {limits.map((limit) => (
          <Table.Tr key={limit.id}>
            <Table.Td fw={600}>{limit.model}</Table.Td>
            <Table.Td ta="right">{formatNumber(limit.max_requests_per_1_minute, language)}</Table.Td>
            <Table.Td ta="right">{formatNumber(limit.max_tokens_per_1_minute, language)}</Table.Td>
            <Table.Td>
              {canWrite && (
                <RowActions>
                  <RowAction
                    label={t('actions.edit')}
                    name={t('rateLimits.editNamed', { model: limit.model })}
                    icon={<IconPencil size={17} aria-hidden="true" />}
                    onClick={() => onEdit(limit)}
                  />
                </RowActions>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}

function Limits() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(rateLimitsQuery(useScope()));
  const [edited, setEdited] = useState<RateLimit | null>(null);
  const close = () => setEdited(null);
  return (
    <Panel>
      <ReadOnlyNote action="rate_limit.write" />
      <CursorList
        list={list}
        empty={
          <EmptyState
            icon={<IconGauge aria-hidden="true" />}
            title={t('rateLimits.emptyTitle')}
            text={t('rateLimits.emptyText')}
          />
        }
      >
        {(limits) => <LimitsTable limits={limits} onEdit={setEdited} />}
      </CursorList>
      <Dialog
        title={t('rateLimits.editNamed', { model: edited?.model ?? '' })}
        isOpen={edited !== null}
        onClose={close}
      >
        {edited && <RateLimitForm limit={edited} onDone={close} />}
      </Dialog>
    </Panel>
  );
}

export function RateLimitsPage() {
  const { t } = useTranslation();
  return (
    <ProjectFrame
      title={t('settings.rateLimits')}
      description={t('rateLimits.description')}
      action="rate_limit.read"
    >
      <Limits />
    </ProjectFrame>
  );
}
