import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DeletePanel } from '@/features/organization/delete-panel';
import { ExportPanel } from '@/features/organization/export-panel';
import { LeavePanel } from '@/features/organization/leave-panel';
import { TransferPanel } from '@/features/organization/transfer-panel';
import { CopyIcon } from '@/components/ui/copy';
import { DefinitionList } from '@/components/ui/definition-list';
import { ReadOnlyNote } from '@/components/ui/guard';
import { NameForm } from '@/components/ui/name-form';
import { useRoleName } from '@/components/ui/names';
import { Page } from '@/components/ui/page';
import { Panel } from '@/components/ui/panel';
import { useWrite } from '@/components/ui/use-write';
import { request } from '@/lib/api/client';
import type { Organization } from '@/lib/api/types';
import { useCan } from '@/lib/permissions';
import { useCurrentPlace } from '@/lib/project';
import { meQuery } from '@/lib/queries/session';

function Facts({ organization }: { organization: Organization }) {
  const { t } = useTranslation();
  const roleName = useRoleName();
  return (
    <DefinitionList
      items={[
        {
          term: t('organization.id'),
          value: (
            <Group gap={4}>
              <Text component="span" size="sm" ff="monospace">
                {organization.id}
              </Text>
              <CopyIcon value={organization.id} label={t('organization.copyId')} />
            </Group>
          ),
        },
        { term: t('organization.slug'), value: organization.slug },
        { term: t('organization.yourRole'), value: roleName(organization.role) },
      ]}
    />
  );
}

function NamePanel({ organization }: { organization: Organization }) {
  const { t } = useTranslation();
  const canRename = useCan('organization.update');
  const rename = useWrite({
    run: (name: string) =>
      request<Organization>(`/api/organizations/${organization.id}`, { method: 'POST', body: { name } }),
    refresh: [meQuery.queryKey],
    done: t('organization.renamed'),
  });
  return (
    <Panel title={t('organization.general')}>
      <Facts organization={organization} />
      <ReadOnlyNote action="organization.update" />
      <NameForm
        key={organization.name}
        label={t('onboarding.name')}
        submit={t('actions.save')}
        initial={organization.name}
        maxLength={80}
        error={rename.error}
        isPending={rename.isPending}
        isDisabled={!canRename}
        onSubmit={(name) => rename.mutate(name)}
      />
    </Panel>
  );
}

export function OrganizationPage() {
  const { t } = useTranslation();
  const { organization } = useCurrentPlace();
  const canExport = useCan('organization.export');
  const canTransfer = useCan('organization.transfer');
  const canDelete = useCan('organization.delete');
  return (
    <Page title={t('settings.organization')} description={t('organization.description')}>
      <NamePanel organization={organization} />
      {canExport && <ExportPanel />}
      {canTransfer && <TransferPanel />}
      <LeavePanel />
      {canDelete && <DeletePanel />}
    </Page>
  );
}
