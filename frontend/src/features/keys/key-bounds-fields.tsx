import { Checkbox, SimpleGrid, Stack, Switch, TagsInput, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useActionName } from '@/components/ui/names';
import type { ApiKeyBounds } from '@/lib/api/types';
import { KEY_SCOPES } from '@/lib/permissions';
import { useScope } from '@/lib/project';
import { modelsQuery } from '@/lib/queries/models';

type Bound = keyof ApiKeyBounds;

/** What is `limited` is narrowed to its list; what is not has no limit, whatever its list holds. */
export interface KeyValues extends Record<string, unknown>, Record<Bound, string[]> {
  name: string;
  expiry: string;
  limited: Record<Bound, boolean>;
}

/** The form's view of a key's bounds. For the server null is no limit. */
export const valuesOf = ({
  scopes,
  models,
  networks,
}: ApiKeyBounds): Record<Bound, string[]> & Pick<KeyValues, 'limited'> => ({
  scopes: scopes ?? [],
  models: models ?? [],
  networks: networks ?? [],
  limited: { scopes: scopes !== null, models: models !== null, networks: networks !== null },
});

export const boundsOf = ({ limited, ...values }: KeyValues): ApiKeyBounds => ({
  scopes: limited.scopes ? values.scopes : null,
  models: limited.models ? values.models : null,
  networks: limited.networks ? values.networks : null,
});

/** An address range such as 203.0.113.0/24 or 2001:db8::/32. The server has the last word. */
const isNetwork = (text: string) => /^[0-9a-f.:]+\/\d{1,3}$/i.test(text);

/** A limit that names nothing is refused, here as by the server. */
export function useKeyRules() {
  const { t } = useTranslation();
  const named = (bound: Bound) => (list: string[], values: KeyValues) =>
    values.limited[bound] && list.length === 0 ? t('keys.noneChosen') : null;
  return {
    scopes: named('scopes'),
    models: named('models'),
    networks: (networks: string[], values: KeyValues) => {
      if (!values.limited.networks || networks.every(isNetwork)) return named('networks')(networks, values);
      return t('keys.networkWrong');
    },
  };
}

type KeyForm = UseFormReturnType<KeyValues>;

function Limit({ form, bound, children }: { form: KeyForm; bound: Bound; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs">
      <Switch
        label={t(`keys.only_${bound}`)}
        {...form.getInputProps(`limited.${bound}`, { type: 'checkbox' })}
      />
      {form.getValues().limited[bound] && children}
    </Stack>
  );
}

function ScopesField({ form }: { form: KeyForm }) {
  const { t } = useTranslation();
  const actionName = useActionName();
  return (
    <Checkbox.Group aria-label={t('keys.scopes')} {...form.getInputProps('scopes')}>
      <SimpleGrid mb="xs" spacing="xs" cols={{ base: 1, xs: 2 }}>
        {KEY_SCOPES.map((action) => (
          <Checkbox
            key={action}
            value={action}
            label={
              <>
                {actionName(action)}{' '}
                <Text span size="xs" c="dimmed" ff="monospace">
                  {action}
                </Text>
              </>
            }
          />
        ))}
      </SimpleGrid>
    </Checkbox.Group>
  );
}

/** What the key is narrowed to. */
export function KeyBoundsFields({ form }: { form: KeyForm }) {
  const { t } = useTranslation();
  const models = useQuery(modelsQuery(useScope()));
  return (
    <Stack>
      <Limit form={form} bound="scopes">
        <ScopesField form={form} />
      </Limit>
      <Limit form={form} bound="models">
        <TagsInput
          label={t('keys.models')}
          description={t('keys.modelsHint')}
          data={models.data?.data.map(({ id }) => id) ?? []}
          clearable
          clearButtonProps={{ 'aria-label': t('actions.clear') }}
          {...form.getInputProps('models')}
        />
      </Limit>
      <Limit form={form} bound="networks">
        <TagsInput
          label={t('keys.networks')}
          description={t('keys.networksHint')}
          placeholder="203.0.113.0/24"
          clearable
          clearButtonProps={{ 'aria-label': t('actions.clear') }}
          {...form.getInputProps('networks')}
        />
      </Limit>
    </Stack>
  );
}
