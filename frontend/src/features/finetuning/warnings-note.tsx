import { Alert, List } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useWarningText } from '@/components/ui/names';
import type { JobWarning } from '@/lib/api/types';

/** What a customer should know about a job, each in a sentence. */
export function WarningsNote({ title, warnings }: { title: string; warnings: JobWarning[] }) {
  const warningText = useWarningText();
  if (warnings.length === 0) return null;
  return (
    <Alert color="yellow" role="alert" icon={<IconAlertTriangle aria-hidden="true" />} title={title}>
      <List size="sm" spacing={4}>
        {warnings.map((warning, at) => (
          <List.Item key={at}>{warningText(warning)}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
