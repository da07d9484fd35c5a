import { Button, Group, Select } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { confirmDanger } from '@/components/ui/confirm';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { Panel } from '@/components/ui/panel';
import { useAct } from '@/components/ui/use-write';
import type { Member } from '@/lib/api/admin-types';
import { request } from '@/lib/api/client';
import { useCurrentPlace, useOrganizationScope } from '@/lib/project';
import { memberName, membersKey, membersQuery } from '@/lib/queries/members';
import { meQuery } from '@/lib/queries/session';

function TransferForm({ others }: { others: Member[] }) {
  const { t } = useTranslation();
  const scope = useOrganizationScope();
  const [chosen, setChosen] = useState<string | null>(null);
  const member = others.find(({ id }) => id === chosen);
  const transfer = useAct({
    run: (user_id: string) =>
      request(`/api/organizations/${scope.tenantId}/transfer`, { method: 'POST', body: { user_id } }),
    refresh: [meQuery.queryKey, membersKey(scope)],
    done: t('transfer.done'),
  });
  const ask = (to: Member) =>
    confirmDanger({
      title: t('transfer.ask', { name: memberName(to) }),
      text: t('transfer.note'),
      confirm: t('transfer.confirm'),
      onConfirm: () => transfer.mutate(to.id),
    });
  return (
    <Group align="flex-end">
      <Select
        label={t('transfer.to')}
        placeholder={t('transfer.choose')}
        data={others.map((each) => ({ value: each.id, label: memberName(each) }))}
        value={chosen}
        onChange={setChosen}
        searchable
        flex="1 1 240px"
      />
      <Button
        variant="outline"
        color="red"
        disabled={!member}
        loading={transfer.isPending}
        onClick={() => member && ask(member)}
      >
        {t('transfer.confirm')}
      </Button>
    </Group>
  );
}

/** Make another member the owner. */
export function TransferPanel() {
  const { t } = useTranslation();
  const { me } = useCurrentPlace();
  const { data, error, isPending, refetch } = useInfiniteQuery(membersQuery(useOrganizationScope()));
  return (
    <Panel title={t('transfer.title')} note={t('transfer.note')}>
      {isPending ? (
        <LoadingRows rows={1} />
      ) : error ? (
        <LoadError error={error} onRetry={() => void refetch()} />
      ) : (
        <TransferForm others={data.filter(({ id }) => id !== me.user.id)} />
      )}
    </Panel>
  );
}
