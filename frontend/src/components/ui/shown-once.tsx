import { Button, Group, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { KeyValue } from '@/components/ui/key-value';

/** A new secret, and a button to say that it was kept. */
export function ShownOnce({ value, onDone }: { value: string; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <KeyValue value={value} />
      <Group justify="flex-end">
        <Button onClick={onDone}>{t('actions.done')}</Button>
      </Group>
    </Stack>
  );
}
