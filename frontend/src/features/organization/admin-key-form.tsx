import { Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { adminKeysKey } from '@/features/organization/organization-queries';
import { ErrorNote } from '@/components/ui/error-note';
import { FormButtons } from '@/components/ui/form-buttons';
import { ShownOnce } from '@/components/ui/shown-once';
import { secondsOf, useExpiryOptions } from '@/components/ui/expiry';
import { useWrite } from '@/components/ui/use-write';
import type { CreatedAdminKey } from '@/lib/api/admin-types';
import { request } from '@/lib/api/client';
import { useOrganizationScope } from '@/lib/project';

export function AdminKeyForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const scope = useOrganizationScope();
  const options = useExpiryOptions();
  const form = useForm({ initialValues: { name: '', expiry: '90' } });
  const create = useWrite({
    run: ({ name, expiry }: { name: string; expiry: string }) =>
      request<CreatedAdminKey>('/v1/organization/admin_api_keys', {
        method: 'POST',
        scope,
        body: { name: name.trim(), ...secondsOf(expiry) },
      }),
    refresh: [adminKeysKey(scope)],
  });
  if (create.data) return <ShownOnce value={create.data.value} onDone={onDone} />;
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack>
        {create.error && <ErrorNote error={create.error} />}
        <TextInput
          label={t('keys.name')}
          placeholder={t('adminKeys.namePlaceholder')}
          maxLength={100}
          required
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Select
          label={t('keys.expiry')}
          data={options}
          allowDeselect={false}
          {...form.getInputProps('expiry')}
        />
        <FormButtons submit={t('adminKeys.create')} isPending={create.isPending} onCancel={onDone} />
      </Stack>
    </form>
  );
}
