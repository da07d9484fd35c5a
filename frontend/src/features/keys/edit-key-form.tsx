import { Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { keysQuery } from '@/features/keys/api-keys-query';
import {
  boundsOf,
  KeyBoundsFields,
  useKeyRules,
  valuesOf,
  type KeyValues,
} from '@/features/keys/key-bounds-fields';
import { ErrorNote } from '@/components/ui/error-note';
import { FormButtons } from '@/components/ui/form-buttons';
import { useWrite } from '@/components/ui/use-write';
import { changeApiKey } from '@/lib/api/api-keys';
import type { ApiKey } from '@/lib/api/types';
import { useScope } from '@/lib/project';

interface EditKeyFormProps {
  apiKey: ApiKey;
  onDone: () => void;
}

export function EditKeyForm({ apiKey, onDone }: EditKeyFormProps) {
  const { t } = useTranslation();
  const scope = useScope();
  const form = useForm<KeyValues>({
    initialValues: { name: apiKey.name, expiry: '', ...valuesOf(apiKey.finery) },
    validate: useKeyRules(),
  });
  const change = useWrite({
    run: (values: KeyValues) =>
      changeApiKey(scope, apiKey.id, { name: values.name.trim(), ...boundsOf(values) }),
    refresh: [keysQuery(scope).queryKey],
    done: t('keys.changed'),
    onDone,
  });
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
      <Stack>
        {change.error && <ErrorNote error={change.error} />}
        <TextInput label={t('keys.name')} maxLength={100} required {...form.getInputProps('name')} />
        <KeyBoundsFields form={form} />
        <FormButtons submit={t('actions.save')} isPending={change.isPending} onCancel={onDone} />
      </Stack>
    </form>
  );
}
