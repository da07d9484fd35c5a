import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { AccountFrame } from '@/features/account/account-frame';
import { DeleteAccountPanel } from '@/features/account/delete-account-panel';
import { DefinitionList } from '@/components/ui/definition-list';
import { NameForm } from '@/components/ui/name-form';
import { Panel } from '@/components/ui/panel';
import { useWrite } from '@/components/ui/use-write';
import { request } from '@/lib/api/client';
import type { Me } from '@/lib/api/types';
import { meQuery, useMe } from '@/lib/queries/session';

function NamePanel() {
  const { t } = useTranslation();
  const me = useMe();
  const queryClient = useQueryClient();
  const rename = useWrite({
    run: (name: string) => request<Me['user']>('/api/me', { method: 'POST', body: { name } }),
    done: t('profile.saved'),
    onDone: (user) => {
      queryClient.setQueryData(meQuery.queryKey, (old) => old && { ...old, user });
    },
  });
  return (
    <Panel>
      <DefinitionList items={[{ term: t('auth.email'), value: me.user.email }]} />
      <NameForm
        label={t('profile.name')}
        hint={t('profile.nameHint')}
        submit={t('actions.save')}
        initial={me.user.name}
        isOptional
        error={rename.error}
        isPending={rename.isPending}
        onSubmit={(name) => rename.mutate(name)}
      />
    </Panel>
  );
}

export function ProfilePage() {
  const { t } = useTranslation();
  return (
    <AccountFrame title={t('settings.profile')} description={t('profile.description')}>
      <NamePanel />
      <DeleteAccountPanel />
    </AccountFrame>
  );
}
