import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/ui/dialog';
import { NameForm } from '@/components/ui/name-form';
import { useWrite } from '@/components/ui/use-write';
import { request } from '@/lib/api/client';
import type { Organization } from '@/lib/api/types';
import { useCurrentPlace } from '@/lib/project';
import { meQuery } from '@/lib/queries/session';

interface NewOrganizationDialogProps {
  isOpen: boolean;
  onClose: () => void;
}

function NewOrganizationForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { choose } = useCurrentPlace();
  const queryClient = useQueryClient();
  const create = useWrite({
    run: (name: string) => request<Organization>('/api/organizations', { method: 'POST', body: { name } }),
    done: t('organization.created'),
    onDone: async ({ id }) => {
      await queryClient.refetchQueries({ queryKey: meQuery.queryKey });
      choose(id);
      onClose();
    },
  });
  return (
    <NameForm
      label={t('onboarding.name')}
      hint={t('onboarding.nameHint')}
      maxLength={80}
      submit={t('organization.createNow')}
      error={create.error}
      isPending={create.isPending}
      onSubmit={(name) => create.mutate(name)}
      onCancel={onClose}
    />
  );
}

export function NewOrganizationDialog({ isOpen, onClose }: NewOrganizationDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('switcher.newOrganization')} isOpen={isOpen} onClose={onClose}>
      <NewOrganizationForm onClose={onClose} />
    </Dialog>
  );
}
