import { Checkbox, SimpleGrid, Stack, TagsInput, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useActionName } from '@/components/ui/names';
import type { ApiKeyBounds } from '@/lib/api/types';
import { KEY_SCOPES } from '@/lib/permissions';
import { useScope } from '@/lib/project';
import { modelsQuery } from '@/lib/queries/models';

export interface KeyValues extends Record<string, unknown>, ApiKeyBounds {
  name: string;
  expiry: string;
}

/** An address range such as 203.0.113.0/24 or 2001:db8::/32. The server has the last word. */
const isNetwork = (text: string) => /^[0-9a-f.:]+\/\d{1,3}$/i.test(text);

export function useKeyRules() {
  const { t } = useTranslation();
  return {
    networks: (networks: string[]) => (networks.every(isNetwork) ? null : t('keys.networkWrong')),
  };
}

/** What the key is narrowed to. */
export function KeyBoundsFields({ form }: { form: UseFormReturnType<KeyValues> }) {
  const { t } = useTranslation();
  const actionName = useActionName();
  const models = useQuery(modelsQuery(useScope()));
  return (
    <Stack>
      <Checkbox.Group
        label={t('keys.scopes')}
        description={t('keys.scopesHint')}
        {...form.getInputProps('scopes')}
      >
        <SimpleGrid mt="xs" spacing="xs" cols={{ base: 1, xs: 2 }}>
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
      <TagsInput
        label={t('keys.models')}
        description={t('keys.modelsHint')}
        data={models.data?.data.map(({ id }) => id) ?? []}
        clearable
        clearButtonProps={{ 'aria-label': t('actions.clear') }}
        {...form.getInputProps('models')}
      />
      <TagsInput
        label={t('keys.networks')}
        description={t('keys.networksHint')}
        placeholder="203.0.113.0/24"
        clearable
        clearButtonProps={{ 'aria-label': t('actions.clear') }}
        {...form.getInputProps('networks')}
      />
    </Stack>
  );
}
