import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLeaveOrganization } from '@/features/organization/use-leave-organization';
import { Dialog } from '@/components/ui/dialog';
import { ErrorNote } from '@/components/ui/error-note';
import { FormButtons } from '@/components/ui/form-buttons';
import { Panel } from '@/components/ui/panel';
import { useWrite } from '@/components/ui/use-write';
import { request } from '@/lib/api/client';
import { useCurrentPlace } from '@/lib/project';

function DeleteForm({ onCancel }: { onCancel: () => void }) {
  const { t } = useTranslation();
  const { organization } = useCurrentPlace();
  const goOn = useLeaveOrganization();
  const [slug, setSlug] = useState('');
  const erase = useWrite({
    run: () =>
      request(`/api/organizations/${organization.id}`, { method: 'DELETE', body: { slug: slug.trim() } }),
    done: t('deleteOrganization.done', { name: organization.name }),
    onDone: goOn,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        erase.mutate(undefined);
      }}
    >
      <Stack>
        {erase.error && <ErrorNote error={erase.error} />}
        <Text size="sm">{t('deleteOrganization.text')}</Text>
        <TextInput
          label={t('deleteOrganization.type', { slug: organization.slug })}
          value={slug}
          onChange={(event) => setSlug(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <FormButtons
          submit={t('deleteOrganization.confirm')}
          isPending={erase.isPending}
          isDisabled={slug.trim() !== organization.slug}
          isDanger
          onCancel={onCancel}
        />
      </Stack>
    </form>
  );
}

export function DeletePanel() {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const close = () => setIsOpen(false);
  return (
    <Panel title={t('deleteOrganization.title')} note={t('deleteOrganization.text')}>
      <Group>
        <Button color="red" onClick={() => setIsOpen(true)}>
          {t('deleteOrganization.open')}
        </Button>
      </Group>
      <Dialog title={t('deleteOrganization.title')} isOpen={isOpen} onClose={close}>
        <DeleteForm onCancel={close} />
      </Dialog>
    </Panel>
  );
}
