import { Button, Menu } from '@mantine/core';
import { IconDownload, IconListSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { auditParams, NO_FILTERS, type AuditFilters } from '@/features/audit/audit-filters';
import { AUDIT_PATH, auditQuery } from '@/features/audit/audit-query';
import { AuditTable } from '@/features/audit/audit-table';
import { FiltersForm } from '@/features/audit/filters-form';
import { CursorList } from '@/components/ui/cursor-list';
import { EmptyState } from '@/components/ui/empty-state';
import { Guard } from '@/components/ui/guard';
import { Page } from '@/components/ui/page';
import { Panel } from '@/components/ui/panel';
import { useAct } from '@/components/ui/use-write';
import { download } from '@/lib/download';
import { useCan } from '@/lib/permissions';
import { useOrganizationScope } from '@/lib/project';

const FORMATS = ['jsonl', 'csv'] as const;

function ExportMenu({ filters }: { filters: AuditFilters }) {
  const { t } = useTranslation();
  const scope = useOrganizationScope();
  const save = useAct({
    run: (format: string) =>
      download(`${AUDIT_PATH}/export`, `audit-log.${format}`, {
        scope,
        query: { format, ...auditParams(filters) },
      }),
  });
  return (
    <Menu>
      <Menu.Target>
        <Button
          variant="default"
          loading={save.isPending}
          leftSection={<IconDownload size={16} aria-hidden="true" />}
        >
          {t('audit.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map((format) => (
          <Menu.Item key={format} onClick={() => save.mutate(format)}>
            {t('audit.exportAs', { format: format.toUpperCase() })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Entries({ filters }: { filters: AuditFilters }) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(auditQuery(useOrganizationScope(), filters));
  return (
    <CursorList
      list={list}
      empty={
        <EmptyState
          icon={<IconListSearch aria-hidden="true" />}
          title={t('audit.emptyTitle')}
          text={t('audit.emptyText')}
        />
      }
    >
      {(entries) => <AuditTable entries={entries} />}
    </CursorList>
  );
}

function AuditLogPanels({
  filters,
  onFilter,
}: {
  filters: AuditFilters;
  onFilter: (to: AuditFilters) => void;
}) {
  return (
    <>
      <Panel>
        <FiltersForm onApply={onFilter} />
      </Panel>
      <Panel>
        <Entries filters={filters} />
      </Panel>
    </>
  );
}

export function AuditPage() {
  const { t } = useTranslation();
  const [filters, setFilters] = useState(NO_FILTERS);
  const canRead = useCan('audit.read');
  return (
    <Page
      title={t('settings.audit')}
      description={t('audit.description')}
      actions={canRead && <ExportMenu filters={filters} />}
    >
      <Guard action="audit.read">
        <AuditLogPanels filters={filters} onFilter={setFilters} />
      </Guard>
    </Page>
  );
}
