import { Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLeaveOrganization } from '@/features/organization/use-leave-organization';
import { confirmDanger } from '@/components/ui/confirm';
import { GuardedButton } from '@/components/ui/guard';
import { Panel } from '@/components/ui/panel';
import { useAct } from '@/components/ui/use-write';
import { request } from '@/lib/api/client';
import { useCurrentPlace } from '@/lib/project';

export function LeavePanel() {
  const { t } = useTranslation();
  const { organization } = useCurrentPlace();
  const goOn = useLeaveOrganization();
  const leave = useAct({
    run: () => request(`/api/organizations/${organization.id}/leave`, { method: 'POST' }),
    done: t('leave.done', { name: organization.name }),
    onDone: goOn,
  });
  const ask = () =>
    confirmDanger({
      title: t('leave.ask', { name: organization.name }),
      text: t('leave.text'),
      confirm: t('leave.confirm'),
      onConfirm: () => leave.mutate(undefined),
    });
  return (
    <Panel title={t('leave.title')} note={t('leave.text')}>
      <Group>
        <GuardedButton
          action="organization.leave"
          variant="outline"
          color="red"
          onClick={ask}
          loading={leave.isPending}
        >
          {t('leave.confirm')}
        </GuardedButton>
      </Group>
    </Panel>
  );
}
