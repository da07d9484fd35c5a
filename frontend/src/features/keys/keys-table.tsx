import { ActionIcon, Code, Table, Text, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keysQuery } from '@/features/keys/api-keys-query';
import { confirmDanger } from '@/components/ui/confirm';
import { TableScroll } from '@/components/ui/table-scroll';
import { revokeApiKey } from '@/lib/api/api-keys';
import type { ApiKey } from '@/lib/api/types';
import { formatDateTime, formatRelative } from '@/lib/format/dates';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';

function useRevoke() {
  const { t } = useTranslation();
  const scope = useScope();
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: (key: ApiKey) => revokeApiKey(scope, key.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keysQuery(scope).queryKey }),
    onError: (error) =>
      notifications.show({ title: t('errors.title'), message: error.message, color: 'red' }),
  });
  return (key: ApiKey) =>
    confirmDanger({
      title: t('keys.revokeTitle', { name: key.name }),
      text: t('keys.revokeText'),
      confirm: t('keys.revoke'),
      cancel: t('actions.cancel'),
      onConfirm: () => revoke.mutate(key),
    });
}

export function KeysTable({ keys }: { keys: ApiKey[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const askRevoke = useRevoke();
  return (
    <TableScroll label={t('nav.keys')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('keys.name')}</Table.Th>
          <Table.Th>{t('keys.key')}</Table.Th>
          <Table.Th>{t('columns.created')}</Table.Th>
          <Table.Th>{t('keys.lastUsed')}</Table.Th>
          <Table.Th aria-label={t('columns.actions')} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {keys.map((key) => (
          <Table.Tr key={key.id}>
            <Table.Td fw={600}>{key.name}</Table.Td>
            <Table.Td>
              <Code>{key.redacted_value}</Code>
            </Table.Td>
            <Table.Td>{formatDateTime(key.created_at, language)}</Table.Td>
            <Table.Td>
              {key.last_used_at ? (
                formatRelative(key.last_used_at, language)
              ) : (
                <Text size="sm" c="dimmed">
                  {t('keys.never')}
                </Text>
              )}
            </Table.Td>
            <Table.Td ta="right">
              <Tooltip label={t('keys.revoke')}>
                <ActionIcon
                  variant="subtle"
                  color="red"
                  aria-label={t('keys.revokeNamed', { name: key.name })}
                  onClick={() => askRevoke(key)}
                >
                  <IconTrash size={17} aria-hidden="true" />
                </ActionIcon>
              </Tooltip>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}
