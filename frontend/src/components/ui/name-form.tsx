import { Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { ErrorNote } from '@/components/ui/error-note';
import { FormButtons } from '@/components/ui/form-buttons';
import { ApiError } from '@/lib/api/errors';

interface NameFormProps {
  label: string;
  submit: string;
  initial?: string;
  hint?: string;
  maxLength?: number;
  error: Error | null;
  isPending: boolean;
  isDisabled?: boolean;
  /** An empty name is fine. */
  isOptional?: boolean;
  onSubmit: (name: string) => void;
  onCancel?: () => void;
}

/** One name: of something new, or a new one for something there. */
export function NameForm(props: NameFormProps) {
  const { label, submit, initial = '', hint, maxLength = 100, error, isPending, isDisabled } = props;
  const form = useForm({ initialValues: { name: initial } });
  const isOnField = error instanceof ApiError && error.param === 'name';
  return (
    <form onSubmit={form.onSubmit(({ name }) => props.onSubmit(name.trim()))}>
      <Stack>
        {error && !isOnField && <ErrorNote error={error} />}
        <TextInput
          label={label}
          description={hint}
          maxLength={maxLength}
          required={!props.isOptional}
          disabled={isDisabled}
          data-autofocus={props.onCancel ? true : undefined}
          {...form.getInputProps('name')}
          error={isOnField ? error.message : form.errors.name}
        />
        <FormButtons
          submit={submit}
          isPending={isPending}
          isDisabled={isDisabled}
          onCancel={props.onCancel}
        />
      </Stack>
    </form>
  );
}
