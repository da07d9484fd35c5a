import { Badge, Code, Group, Table, Text } from '@mantine/core';
import { IconPencil, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Ago } from '@/components/ui/ago';
import { ownerName } from '@/features/keys/api-keys-query';
import { useActionName } from '@/components/ui/names';
import { RowAction, RowActions } from '@/components/ui/row-actions';
import { When } from '@/components/ui/when';
import type { ApiKey } from '@/lib/api/types';
import { useCan } from '@/lib/permissions';
import { useCurrentProject } from '@/lib/project';

const COLORS = { active: 'green', inactive: 'gray', expired: 'gray' } as const;

/** A key is changed by its owner only; it is revoked by who may revoke anybody's, too. */
function useRights({ owner, finery }: ApiKey) {
  const { me } = useCurrentProject();
  const isOwn = owner.user?.id === me.user.id;
  const canWrite = useCan('api_key.write_own');
  const canDelete = useCan('api_key.delete_own');
  const canDeleteAny = useCan('api_key.delete');
  return {
    canChange: isOwn && canWrite && finery.status === 'active',
    canRevoke: canDeleteAny || (isOwn && canDelete),
  };
}

function Bounds({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const actionName = useActionName();
  const { scopes, models, networks } = apiKey.finery;
  const lines = [
    scopes && t('keys.only', { what: scopes.map(actionName).join(', ') }),
    models && t('keys.onlyModels', { what: models.join(', ') }),
    networks && t('keys.onlyFrom', { what: networks.join(', ') }),
  ].filter(Boolean);
  if (lines.length === 0) return <Text size="sm">{t('keys.unbound')}</Text>;
  return lines.map((line) => (
    <Text key={String(line)} size="xs" style={{ overflowWrap: 'break-word' }}>
      {line}
    </Text>
  ));
}

export interface KeyActions {
  onEdit: (apiKey: ApiKey) => void;
  onRotate: (apiKey: ApiKey) => void;
  onRevoke: (apiKey: ApiKey) => void;
}

function KeyRowActions({ apiKey, onEdit, onRotate, onRevoke }: KeyActions & { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const { canChange, canRevoke } = useRights(apiKey);
  const { name } = apiKey;
  return (
    <RowActions>
      {canChange && (
        <>
          <RowAction
            label={t('actions.edit')}
            name={t('keys.editNamed', { name })}
            icon={<IconPencil size={17} aria-hidden="true" />}
            onClick={() => onEdit(apiKey)}
          />
          <RowAction
            label={t('keys.rotate')}
            name={t('keys.rotateNamed', { name })}
            icon={<IconRefresh size={17} aria-hidden="true" />}
            onClick={() => onRotate(apiKey)}
          />
        </>
      )}
      {canRevoke && (
        <RowAction
          label={t('keys.revoke')}
          name={t('keys.revokeNamed', { name })}
          icon={<IconTrash size={17} aria-hidden="true" />}
          isDanger
          onClick={() => onRevoke(apiKey)}
        />
      )}
    </RowActions>
  );
}

export function KeyRow({ apiKey, ...actions }: KeyActions & { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const { finery, last_used_at } = apiKey;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={6}>
          <Text size="sm" fw={600}>
            {apiKey.name}
          </Text>
          <Badge color={COLORS[finery.status]}>{t(`keys.status.${finery.status}`)}</Badge>
        </Group>
        <Code style={{ whiteSpace: 'nowrap' }}>{apiKey.redacted_value}</Code>
      </Table.Td>
      <Table.Td>{ownerName(apiKey)}</Table.Td>
      <Table.Td>
        <Bounds apiKey={apiKey} />
      </Table.Td>
      <Table.Td>
        <When at={apiKey.created_at} />
      </Table.Td>
      <Table.Td>{finery.expires_at ? <When at={finery.expires_at} /> : t('keys.expiryNever')}</Table.Td>
      <Table.Td>{last_used_at ? <Ago at={last_used_at} /> : t('keys.never')}</Table.Td>
      <Table.Td>
        <KeyRowActions apiKey={apiKey} {...actions} />
      </Table.Td>
    </Table.Tr>
  );
}
