import { Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ErrorNote } from '@/components/ui/error-note';
import { KeyValue } from '@/components/ui/key-value';
import { LinkButton } from '@/components/ui/links';
import { createApiKey } from '@/lib/api/api-keys';
import type { Organization } from '@/lib/api/types';

export function FirstKeyStep({ organization }: { organization: Organization }) {
  const { t } = useTranslation();
  const project = organization.projects.find((each) => each.is_default) ?? organization.projects[0];
  const create = useMutation({
    mutationFn: () =>
      createApiKey(
        { tenantId: organization.id, projectId: project?.id ?? '' },
        { name: t('onboarding.keyName') },
      ),
  });
  if (create.data) {
    return (
      <Stack>
        <KeyValue value={create.data.value} />
        <LinkButton to="/">{t('onboarding.done')}</LinkButton>
      </Stack>
    );
  }
  return (
    <Stack>
      {create.error && <ErrorNote error={create.error} />}
      <Button onClick={() => create.mutate()} loading={create.isPending} disabled={!project}>
        {t('onboarding.createKey')}
      </Button>
      <LinkButton to="/" variant="subtle">
        {t('onboarding.skip')}
      </LinkButton>
    </Stack>
  );
}
