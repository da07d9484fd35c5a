import { Stack, Text } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMakeVersions } from '@/features/files/use-make-versions';
import { ErrorNote } from '@/components/ui/error-note';
import { FormButtons } from '@/components/ui/form-buttons';
import type { Operation, RowFormat } from '@/lib/api/data-types';

/** The version that an operation starts from. */
export interface OperationSource {
  fileId: string;
  datasetId: string;
  rows: number;
  format: RowFormat | null;
  labels: string[];
}

export interface OperationFormProps {
  source: OperationSource;
  onClose: () => void;
}

interface FrameProps extends OperationFormProps {
  /** Null while what is chosen makes no operation. */
  operation: Operation | null;
  /** What will happen, in words. */
  outcome: string;
  children: ReactNode;
}

/** The fields of an operation, what it will do, and the button that has it done. */
export function OperationForm({ source, onClose, operation, outcome, children }: FrameProps) {
  const { t } = useTranslation();
  const making = useMakeVersions(source.datasetId);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (operation) making.mutate(operation, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {children}
        <Text size="sm" c="dimmed" role="status">
          {outcome}
        </Text>
        {making.error && <ErrorNote error={making.error} />}
        <FormButtons
          submit={t('operations.make')}
          isPending={making.isPending}
          isDisabled={!operation}
          onCancel={onClose}
        />
      </Stack>
    </form>
  );
}
