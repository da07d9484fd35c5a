import { Radio, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { keysQuery } from '@/features/keys/api-keys-query';
import { ErrorNote } from '@/components/ui/error-note';
import { FormButtons } from '@/components/ui/form-buttons';
import { ShownOnce } from '@/components/ui/shown-once';
import { useWrite } from '@/components/ui/use-write';
import { rotateApiKey } from '@/lib/api/api-keys';
import type { ApiKey } from '@/lib/api/types';
import { useScope } from '@/lib/project';

const OVERLAPS = [
  { seconds: 0, name: 'none' },
  { seconds: 3_600, name: 'hour' },
  { seconds: 86_400, name: 'day' },
  { seconds: 604_800, name: 'week' },
] as const;

interface RotateKeyFormProps {
  apiKey: ApiKey;
  onDone: () => void;
}

/** A new value for a key; the old one goes on for a while, so that nothing stops. */
export function RotateKeyForm({ apiKey, onDone }: RotateKeyFormProps) {
  const { t } = useTranslation();
  const scope = useScope();
  const form = useForm({ initialValues: { overlap: '86400' } });
  const rotate = useWrite({
    run: ({ overlap }: { overlap: string }) => rotateApiKey(scope, apiKey.id, Number(overlap)),
    refresh: [keysQuery(scope).queryKey],
  });
  if (rotate.data) return <ShownOnce value={rotate.data.value} onDone={onDone} />;
  return (
    <form onSubmit={form.onSubmit((values) => rotate.mutate(values))}>
      <Stack>
        {rotate.error && <ErrorNote error={rotate.error} />}
        <Text size="sm">{t('keys.rotateText', { name: apiKey.name })}</Text>
        <Radio.Group label={t('keys.overlap')} {...form.getInputProps('overlap')}>
          <Stack gap="xs" mt="xs">
            {OVERLAPS.map(({ seconds, name }) => (
              <Radio key={seconds} value={String(seconds)} label={t(`keys.overlaps.${name}`)} />
            ))}
          </Stack>
        </Radio.Group>
        <FormButtons submit={t('keys.rotate')} isPending={rotate.isPending} onCancel={onDone} />
      </Stack>
    </form>
  );
}
