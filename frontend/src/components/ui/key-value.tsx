import { Alert, Code, Group, Stack } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { CopyTextButton } from '@/components/ui/copy';

/** A new key's value: this is the only time that it is seen. */
export function KeyValue({ value }: { value: string }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Alert color="yellow" icon={<IconAlertTriangle aria-hidden="true" />} title={t('keys.onceTitle')}>
        {t('keys.onceText')}
      </Alert>
      <Group wrap="nowrap" align="stretch">
        <Code
          block
          data-testid="key-value"
          style={{ flex: 1, overflowWrap: 'anywhere', whiteSpace: 'pre-wrap', borderRadius: 8 }}
        >
          {value}
        </Code>
        <CopyTextButton value={value} label={t('actions.copy')} />
      </Group>
    </Stack>
  );
}
