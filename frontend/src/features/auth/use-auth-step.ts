import type { UseFormReturnType } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { RefusedInput, type Session } from '@/lib/api/allauth';
import { sessionQuery } from '@/lib/queries/session';

interface AuthStep<Values extends Record<string, unknown>> {
  form: UseFormReturnType<Values>;
  submit: (values: Values) => Promise<Session>;
  /** Where a signed-in user goes. */
  next?: string;
  onAnswer?: (session: Session) => void;
}

/** One step of signing in: refused fields land on the form, the answer says what comes next. */
export function useAuthStep<Values extends Record<string, unknown>>(step: AuthStep<Values>) {
  const { form, submit, next = '/', onAnswer } = step;
  const queryClient = useQueryClient();
  const router = useRouter();
  const mutation = useMutation({
    mutationFn: submit,
    onSuccess: async (session) => {
      queryClient.setQueryData(sessionQuery.queryKey, session);
      if (session.isAuthenticated) router.history.push(next);
      else if (session.pendingFlow === 'verify_email') await router.navigate({ to: '/verify-email' });
      else onAnswer?.(session);
    },
    onError: (error) => {
      if (!(error instanceof RefusedInput)) return;
      const known = Object.entries(error.fields).filter(([name]) => name in form.values);
      form.setErrors(Object.fromEntries(known));
    },
  });
  const isOnField =
    mutation.error instanceof RefusedInput &&
    Object.keys(mutation.error.fields).some((name) => name in form.values);
  return { mutation, formError: isOnField ? null : mutation.error };
}
