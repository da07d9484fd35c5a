import { Button, Collapse, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useId, useState } from 'react';
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
import { secondsOf, useExpiryOptions } from '@/components/ui/expiry';
import { FormButtons } from '@/components/ui/form-buttons';
import { ShownOnce } from '@/components/ui/shown-once';
import { useWrite } from '@/components/ui/use-write';
import { createApiKey, type NewApiKey } from '@/lib/api/api-keys';
import { useScope } from '@/lib/project';

const NEW_KEY = { name: '', expiry: 'never', ...valuesOf({ scopes: null, models: null, networks: null }) };

const bodyOf = (values: KeyValues): NewApiKey => ({
  name: values.name.trim(),
  ...secondsOf(values.expiry),
  ...Object.fromEntries(Object.entries(boundsOf(values)).filter(([, list]) => list !== null)),
});

function useCreateKey() {
  const scope = useScope();
  return useWrite({
    run: (values: KeyValues) => createApiKey(scope, bodyOf(values)),
    refresh: [keysQuery(scope).queryKey],
  });
}

export function CreateKeyForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const options = useExpiryOptions();
  const [isAdvanced, setIsAdvanced] = useState(false);
  const advancedId = useId();
  const form = useForm<KeyValues>({ initialValues: NEW_KEY, validate: useKeyRules() });
  const create = useCreateKey();
  if (create.data) return <ShownOnce value={create.data.value} onDone={onDone} />;
  return (
    <form
      onSubmit={form.onSubmit(
        (values) => create.mutate(values),
        () => setIsAdvanced(true),
      )}
    >
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
        <Select
          label={t('keys.expiry')}
          data={options}
          allowDeselect={false}
          {...form.getInputProps('expiry')}
        />
        <Button
          variant="subtle"
          size="compact-sm"
          w="fit-content"
          aria-expanded={isAdvanced}
          aria-controls={advancedId}
          onClick={() => setIsAdvanced(!isAdvanced)}
          rightSection={isAdvanced ? <IconChevronUp size={14} /> : <IconChevronDown size={14} />}
        >
          {t('keys.advanced')}
        </Button>
        <Collapse expanded={isAdvanced} id={advancedId}>
          <KeyBoundsFields form={form} />
        </Collapse>
        <FormButtons submit={t('keys.create')} isPending={create.isPending} onCancel={onDone} />
      </Stack>
    </form>
  );
}
