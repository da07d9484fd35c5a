import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '@/components/ui/use-error-text';

interface Write<Input, Output> {
  run: (input: Input) => Promise<Output>;
  /** The data that this changes: asked again afterwards. */
  refresh?: QueryKey[];
  /** What to say when it is done. */
  done?: string;
  onDone?: (output: Output, input: Input) => unknown;
}

/** A write whose form shows the error. */
export function useWrite<Input, Output>({ run, refresh = [], done, onDone }: Write<Input, Output>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: async (output, input) => {
      await Promise.all(refresh.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
      if (done) notifications.show({ message: done, color: 'green' });
      await onDone?.(output, input);
    },
  });
}

/** A write without a form: an error shows as a note in the corner. */
export function useAct<Input, Output>({ run, ...rest }: Write<Input, Output>) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return useWrite<Input, Output>({
    ...rest,
    run: async (input) => {
      try {
        return await run(input);
      } catch (error) {
        notifications.show({ title: t('errors.title'), message: errorText(error), color: 'red' });
        throw error;
      }
    },
  });
}
