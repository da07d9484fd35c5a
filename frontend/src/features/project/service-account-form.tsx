import { useTranslation } from 'react-i18next';
import { projectPath, serviceAccountsQuery } from '@/features/project/project-queries';
import { NameForm } from '@/components/ui/name-form';
import { ShownOnce } from '@/components/ui/shown-once';
import { useWrite } from '@/components/ui/use-write';
import type { CreatedServiceAccount, ServiceAccount, ServiceAccountKey } from '@/lib/api/admin-types';
import { request } from '@/lib/api/client';
import { useScope } from '@/lib/project';

/** A new service account comes with its first key. */
export function NewServiceAccountForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const scope = useScope();
  const create = useWrite({
    run: (name: string) =>
      request<CreatedServiceAccount>(projectPath(scope, 'service_accounts'), {
        method: 'POST',
        scope,
        body: { name },
      }),
    refresh: [serviceAccountsQuery(scope).queryKey],
    onDone: (account) => {
      if (!account.api_key) onDone();
    },
  });
  if (create.data?.api_key) return <ShownOnce value={create.data.api_key.value} onDone={onDone} />;
  return (
    <NameForm
      label={t('keys.name')}
      hint={t('serviceAccounts.nameHint')}
      submit={t('serviceAccounts.create')}
      error={create.error}
      isPending={create.isPending}
      onSubmit={(name) => create.mutate(name)}
      onCancel={onDone}
    />
  );
}

interface NewKeyFormProps {
  account: ServiceAccount;
  onDone: () => void;
}

/** One more key for an account that is there. */
export function ServiceAccountKeyForm({ account, onDone }: NewKeyFormProps) {
  const { t } = useTranslation();
  const scope = useScope();
  const create = useWrite({
    run: (name: string) =>
      request<ServiceAccountKey>(projectPath(scope, 'service_accounts', account.id, 'api_keys'), {
        method: 'POST',
        scope,
        body: { name },
      }),
  });
  if (create.data) return <ShownOnce value={create.data.value} onDone={onDone} />;
  return (
    <NameForm
      label={t('keys.keyName')}
      submit={t('keys.create')}
      initial={account.name}
      error={create.error}
      isPending={create.isPending}
      onSubmit={(name) => create.mutate(name)}
      onCancel={onDone}
    />
  );
}
