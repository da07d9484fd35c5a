import { ActionIcon, Table, Text } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EntryDetails } from '@/features/audit/entry-details';
import { useEventName } from '@/components/ui/names';
import { TableScroll } from '@/components/ui/table-scroll';
import type { AuditLog } from '@/lib/api/admin-types';
import { formatDateTime } from '@/lib/format/dates';
import { useLanguage } from '@/lib/i18n/i18n';
import { useCurrentPlace } from '@/lib/project';

const COLUMNS = 5;

/** Who did it, and from where: a person, a key's owner, a service account, or the platform itself. */
function Actor({ entry }: { entry: AuditLog }) {
  const { t } = useTranslation();
  const { actor, finery } = entry;
  const key = actor?.api_key;
  const user = actor?.session?.user ?? key?.user;
  const address = finery?.ip_address || actor?.session?.ip_address;
  const who = user?.email || user?.id || key?.service_account?.id || key?.id;
  return (
    <>
      <Text size="sm" style={{ overflowWrap: 'break-word' }}>
        {who || t('audit.platform')}
      </Text>
      {address && (
        <Text size="xs" c="dimmed">
          {t('audit.fromAddress', { address })}
        </Text>
      )}
      {key && (
        <Text size="xs" c="dimmed">
          {t('audit.byKey', { id: key.id ?? '' })}
        </Text>
      )}
      {finery?.staff_email && (
        <Text size="xs" c="dimmed">
          {t('audit.byStaff', { email: finery.staff_email })}
        </Text>
      )}
    </>
  );
}

function EntryRow({ entry }: { entry: AuditLog }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const eventName = useEventName();
  const { organization } = useCurrentPlace();
  const [isOpen, setIsOpen] = useState(false);
  const detailsId = useId();
  const project = organization.projects.find(({ id }) => id === entry.project?.id);
  const at = formatDateTime(entry.effective_at, language);
  return (
    <>
      <Table.Tr>
        <Table.Td pr={0}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-expanded={isOpen}
            aria-controls={detailsId}
            aria-label={t('audit.detailsOf', { event: eventName(entry.type), at })}
            onClick={() => setIsOpen(!isOpen)}
          >
            {isOpen ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
          </ActionIcon>
        </Table.Td>
        <Table.Td miw={128}>{at}</Table.Td>
        <Table.Td>
          <Actor entry={entry} />
        </Table.Td>
        <Table.Td>
          <Text size="sm">{eventName(entry.type)}</Text>
          <Text size="xs" c="dimmed" ff="monospace">
            {entry.type}
          </Text>
        </Table.Td>
        <Table.Td>{project?.name ?? entry.project?.name ?? entry.project?.id ?? '–'}</Table.Td>
      </Table.Tr>
      <Table.Tr id={detailsId} hidden={!isOpen}>
        {isOpen && (
          <Table.Td colSpan={COLUMNS}>
            <EntryDetails entry={entry} />
          </Table.Td>
        )}
      </Table.Tr>
    </>
  );
}

export function AuditTable({ entries }: { entries: AuditLog[] }) {
  const { t } = useTranslation();
  return (
    <TableScroll label={t('settings.audit')} minWidth={600}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={44} pr={0} aria-label={t('audit.details')} />
          <Table.Th>{t('audit.when')}</Table.Th>
          <Table.Th>{t('audit.who')}</Table.Th>
          <Table.Th>{t('audit.what')}</Table.Th>
          <Table.Th>{t('audit.project')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => (
          <EntryRow key={entry.id} entry={entry} />
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}
