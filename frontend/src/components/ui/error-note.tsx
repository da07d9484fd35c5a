import { Alert, Button, Code, Group, Text } from '@mantine/core';
import { IconAlertCircle, IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '@/components/ui/use-error-text';
import { ApiError } from '@/lib/api/errors';

interface ErrorNoteProps {
  error: unknown;
  title?: string;
  onRetry?: () => void;
}

/** What went wrong, with the code to quote to support, and a way to try again. */
export function ErrorNote({ error, title, onRetry }: ErrorNoteProps) {
  const { t } = useTranslation();
  const code = error instanceof ApiError ? error.code : null;
  const message = useErrorText()(error);
  return (
    <Alert
      color="red"
      role="alert"
      icon={<IconAlertCircle aria-hidden="true" />}
      title={title ?? t('errors.title')}
      data-testid="error-note"
    >
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {message}
      </Text>
      <Group gap="sm" mt={code || onRetry ? 'xs' : 0}>
        {code && <Code bg="transparent">{code}</Code>}
        {onRetry && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconRefresh size={14} aria-hidden="true" />}
            onClick={onRetry}
          >
            {t('actions.retry')}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
