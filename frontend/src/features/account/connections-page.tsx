import { Button, Group, Stack, Text } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { AccountFrame } from '@/features/account/account-frame';
import { connectedQuery } from '@/features/account/account-queries';
import { confirmDanger } from '@/components/ui/confirm';
import { EmptyState } from '@/components/ui/empty-state';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { Panel } from '@/components/ui/panel';
import { ProviderForm } from '@/components/ui/provider-form';
import { useAct } from '@/components/ui/use-write';
import { disconnect, type ConnectedAccount, type Provider } from '@/lib/api/account';
import { authConfigQuery } from '@/lib/queries/session';

interface ProviderRowProps {
  provider: Provider;
  account: ConnectedAccount | null;
  onDisconnect: (account: ConnectedAccount) => void;
}

function ProviderRow({ provider, account, onDisconnect }: ProviderRowProps) {
  const { t } = useTranslation();
  const { name } = provider;
  return (
    <Group justify="space-between" wrap="nowrap">
      <div>
        <Text size="sm" fw={600}>
          {name}
        </Text>
        <Text size="sm" c="dimmed">
          {account ? account.display : t('connections.not')}
        </Text>
      </div>
      {account ? (
        <Button
          variant="outline"
          color="red"
          aria-label={t('connections.disconnectNamed', { name })}
          onClick={() => onDisconnect(account)}
        >
          {t('connections.disconnect')}
        </Button>
      ) : (
        <ProviderForm
          provider={provider}
          process="connect"
          next="/settings/connections"
          label={t('connections.connect', { name })}
        />
      )}
    </Group>
  );
}

interface ConnectionsProps {
  providers: Provider[];
  accounts: ConnectedAccount[];
}

function Connections({ providers, accounts }: ConnectionsProps) {
  const { t } = useTranslation();
  const cut = useAct({
    run: (account: ConnectedAccount) => disconnect(account),
    refresh: [connectedQuery.queryKey],
    done: t('connections.done'),
  });
  const ask = (account: ConnectedAccount) =>
    confirmDanger({
      title: t('connections.title', { name: account.provider.name }),
      text: t('connections.text'),
      confirm: t('connections.disconnect'),
      onConfirm: () => cut.mutate(account),
    });
  if (providers.length === 0) {
    return (
      <EmptyState
        icon={<IconPlugConnected aria-hidden="true" />}
        title={t('connections.emptyTitle')}
        text={t('connections.emptyText')}
      />
    );
  }
  return (
    <Stack>
      {providers.map((provider) => (
        <ProviderRow
          key={provider.id}
          provider={provider}
          account={accounts.find((account) => account.provider.id === provider.id) ?? null}
          onDisconnect={ask}
        />
      ))}
    </Stack>
  );
}

function Loader() {
  const config = useQuery(authConfigQuery);
  const connected = useQuery(connectedQuery);
  if (config.isPending || connected.isPending) return <LoadingRows rows={2} />;
  const error = config.error ?? connected.error;
  if (error) return <LoadError error={error} onRetry={() => void connected.refetch()} />;
  return (
    <Connections providers={config.data?.socialaccount?.providers ?? []} accounts={connected.data ?? []} />
  );
}

export function ConnectionsPage() {
  const { t } = useTranslation();
  return (
    <AccountFrame title={t('settings.connections')} description={t('connections.description')}>
      <Panel>
        <Loader />
      </Panel>
    </AccountFrame>
  );
}
