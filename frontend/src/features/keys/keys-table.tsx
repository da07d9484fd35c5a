import { Table } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keysQuery } from '@/features/keys/api-keys-query';
import { EditKeyForm } from '@/features/keys/edit-key-form';
import { KeyRow } from '@/features/keys/key-row';
import { RotateKeyForm } from '@/features/keys/rotate-key-form';
import { confirmDanger } from '@/components/ui/confirm';
import { Dialog } from '@/components/ui/dialog';
import { TableHead } from '@/components/ui/table-head';
import { TableScroll } from '@/components/ui/table-scroll';
import { useAct } from '@/components/ui/use-write';
import { revokeApiKey } from '@/lib/api/api-keys';
import type { ApiKey } from '@/lib/api/types';
import { useScope } from '@/lib/project';

function useRevoke() {
  const { t } = useTranslation();
  const scope = useScope();
  const revoke = useAct({
    run: (key: ApiKey) => revokeApiKey(scope, key.id),
    refresh: [keysQuery(scope).queryKey],
    done: t('keys.revoked'),
  });
  return (key: ApiKey) =>
    confirmDanger({
      title: t('keys.revokeTitle', { name: key.name }),
      text: t('keys.revokeText'),
      confirm: t('keys.revoke'),
      onConfirm: () => revoke.mutate(key),
    });
}

export function KeysTable({ keys }: { keys: ApiKey[] }) {
  const { t } = useTranslation();
  const askRevoke = useRevoke();
  const [edited, setEdited] = useState<ApiKey | null>(null);
  const [rotated, setRotated] = useState<ApiKey | null>(null);
  return (
    <>
      <TableScroll label={t('nav.keys')} minWidth={900}>
        <TableHead
          columns={[
            t('keys.key'),
            t('keys.owner'),
            t('keys.bounds'),
            t('columns.created'),
            t('columns.expires'),
            t('keys.lastUsed'),
          ]}
        />
        <Table.Tbody>
          {keys.map((key) => (
            <KeyRow key={key.id} apiKey={key} onEdit={setEdited} onRotate={setRotated} onRevoke={askRevoke} />
          ))}
        </Table.Tbody>
      </TableScroll>
      <Dialog title={t('keys.edit')} isOpen={edited !== null} onClose={() => setEdited(null)}>
        {edited && <EditKeyForm apiKey={edited} onDone={() => setEdited(null)} />}
      </Dialog>
      <Dialog
        title={t('keys.rotate')}
        isOpen={rotated !== null}
        onClose={() => setRotated(null)}
        isDismissible={false}
      >
        {rotated && <RotateKeyForm apiKey={rotated} onDone={() => setRotated(null)} />}
      </Dialog>
    </>
  );
}
