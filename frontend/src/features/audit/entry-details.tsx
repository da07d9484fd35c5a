import { Code, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DefinitionList } from '@/components/ui/definition-list';
import type { AuditLog } from '@/lib/api/admin-types';

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** What OpenAI's shape holds below the name of the event. */
function changesOf(entry: AuditLog): { before: Fields; after: Fields; resourceId: string } {
  const own = isFields(entry[entry.type]) ? (entry[entry.type] as Fields) : {};
  const asked = own.changes_requested ?? own.data;
  return {
    before: entry.finery?.before ?? {},
    after: entry.finery?.after ?? (isFields(asked) ? asked : {}),
    resourceId: entry.finery?.resource_id || String(own.id ?? ''),
  };
}

const shown = (value: unknown) =>
  value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value);

function Changes({ before, after }: { before: Fields; after: Fields }) {
  const { t } = useTranslation();
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  if (names.length === 0) return <Text size="sm">{t('audit.noChanges')}</Text>;
  return (
    <Table withTableBorder>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('audit.field')}</Table.Th>
          <Table.Th>{t('audit.before')}</Table.Th>
          <Table.Th>{t('audit.after')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {names.map((name) => (
          <Table.Tr key={name}>
            <Table.Td>
              <Code>{name}</Code>
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{shown(before[name])}</Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{shown(after[name])}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export function EntryDetails({ entry }: { entry: AuditLog }) {
  const { t } = useTranslation();
  const { before, after, resourceId } = changesOf(entry);
  const userAgent = entry.actor?.session?.user_agent || entry.finery?.user_agent;
  return (
    <Stack gap="sm" py="xs">
      <DefinitionList
        items={[
          { term: t('audit.id'), value: entry.id },
          { term: t('audit.resource'), value: resourceId || '–' },
          { term: t('sessions.browser'), value: userAgent || '–' },
        ]}
      />
      <Changes before={before} after={after} />
    </Stack>
  );
}
