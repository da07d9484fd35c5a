import { Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ErrorNote } from '@/components/ui/error-note';
import { request } from '@/lib/api/client';
import { ApiError } from '@/lib/api/errors';
import type { Organization } from '@/lib/api/types';
import { meQuery } from '@/lib/queries/session';

export function OrganizationStep({ onCreated }: { onCreated: (organization: Organization) => void }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const form = useForm({ initialValues: { name: '' } });
  const create = useMutation({
    mutationFn: (body: { name: string }) =>
      request<Organization>('/api/organizations', { method: 'POST', body }),
    onSuccess: async (organization) => {
      await queryClient.refetchQueries({ queryKey: meQuery.queryKey });
      onCreated(organization);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.param === 'name') form.setFieldError('name', error.message);
    },
  });
  const isOnField = create.error instanceof ApiError && create.error.param === 'name';
  return (
    <form onSubmit={form.onSubmit(({ name }) => create.mutate({ name: name.trim() }))}>
      <Stack>
        {create.error && !isOnField && <ErrorNote error={create.error} />}
        <TextInput
          label={t('onboarding.name')}
          description={t('onboarding.nameHint')}
          placeholder={t('onboarding.namePlaceholder')}
          autoComplete="organization"
          maxLength={80}
          required
          {...form.getInputProps('name')}
        />
        <Button type="submit" loading={create.isPending}>
          {t('onboarding.create')}
        </Button>
      </Stack>
    </form>
  );
}
