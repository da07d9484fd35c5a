import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keysQuery } from '@/features/keys/api-keys-query';
import { ErrorNote } from '@/components/ui/error-note';
import { KeyValue } from '@/components/ui/key-value';
import { createApiKey } from '@/lib/api/api-keys';
import { useScope } from '@/lib/project';

export function CreateKeyForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const scope = useScope();
  const queryClient = useQueryClient();
  const form = useForm({ initialValues: { name: '' } });
  const create = useMutation({
    mutationFn: (name: string) => createApiKey(scope, name),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keysQuery(scope).queryKey }),
  });
  if (create.data) {
    return (
      <Stack>
        <KeyValue value={create.data.value} />
        <Group justify="flex-end">
          <Button onClick={onDone}>{t('actions.done')}</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form onSubmit={form.onSubmit(({ name }) => create.mutate(name.trim()))}>
      <Stack>
        {create.error && <ErrorNote error={create.error} />}
        <TextInput
          label={t('keys.name')}
          placeholder={t('keys.namePlaceholder')}
          maxLength={100}
          required
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('actions.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t('keys.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
