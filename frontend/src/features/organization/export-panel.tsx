import { Badge, Button, Table, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { exportsKey, exportsPath, exportsQuery } from '@/features/organization/organization-queries';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { Panel } from '@/components/ui/panel';
import { TableHead } from '@/components/ui/table-head';
import { TableScroll } from '@/components/ui/table-scroll';
import { useAct } from '@/components/ui/use-write';
import { When } from '@/components/ui/when';
import type { OrganizationExport } from '@/lib/api/admin-types';
import { request } from '@/lib/api/client';
import { downloadSensitive } from '@/lib/download';
import { formatDateTime } from '@/lib/format/dates';
import { formatBytes } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useOrganizationScope } from '@/lib/project';

const COLORS = { queued: 'blue', ready: 'green', failed: 'red', expired: 'gray' } as const;

interface ExportRowProps {
  item: OrganizationExport;
  href: string;
  onDownload: (href: string) => void;
}

function ExportRow({ item, href, onDownload }: ExportRowProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const created = formatDateTime(item.created_at, language);
  return (
    <Table.Tr>
      <Table.Td>{created}</Table.Td>
      <Table.Td>
        <Badge color={COLORS[item.status]}>{t(`exports.status.${item.status}`)}</Badge>
      </Table.Td>
      <Table.Td>{item.bytes === null ? '–' : formatBytes(item.bytes, language)}</Table.Td>
      <Table.Td>{item.expires_at ? <When at={item.expires_at} /> : '–'}</Table.Td>
      <Table.Td ta="right">
        {item.status === 'ready' && (
          <Button
            component="a"
            href={href}
            download
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={15} aria-hidden="true" />}
            aria-label={t('exports.downloadNamed', { created })}
            onClick={(event) => {
              event.preventDefault();
              onDownload(href);
            }}
          >
            {t('actions.download')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function ExportsTable() {
  const { t } = useTranslation();
  const scope = useOrganizationScope();
  const { data, error, isPending, refetch } = useQuery(exportsQuery(scope));
  const get = useAct({
    run: downloadSensitive,
  });
  if (isPending) return <LoadingRows rows={2} />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (data.data.length === 0) return <Text size="sm">{t('exports.none')}</Text>;
  return (
    <TableScroll label={t('exports.title')}>
      <TableHead columns={[t('columns.created'), t('columns.status'), t('files.size'), t('exports.until')]} />
      <Table.Tbody>
        {data.data.map((item) => (
          <ExportRow
            key={item.id}
            item={item}
            href={`${exportsPath(scope)}/${item.id}/content`}
            onDownload={get.mutate}
          />
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}

/** Everything that the organization keeps here, as one archive. */
export function ExportPanel() {
  const { t } = useTranslation();
  const scope = useOrganizationScope();
  const start = useAct({
    run: () => request<OrganizationExport>(exportsPath(scope), { method: 'POST' }),
    refresh: [exportsKey(scope)],
    done: t('exports.started'),
  });
  return (
    <Panel
      title={t('exports.title')}
      note={t('exports.note')}
      actions={
        <Button variant="default" onClick={() => start.mutate(undefined)} loading={start.isPending}>
          {t('exports.start')}
        </Button>
      }
    >
      <ExportsTable />
    </Panel>
  );
}
