import type { UseFormReturnType } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { getSession, isStepOver, RefusedInput, type Session } from '@/lib/api/allauth';
import { storePendingEmail } from '@/lib/pending-email';
import { meQuery, sessionQuery } from '@/lib/queries/session';
import { isServersPage, pageOfFlow } from '@/lib/sign-in-flow';

interface Destination {
  /** Where a signed-in user goes. */
  next?: string;
  onAnswer?: (session: Session) => void;
}

/** Go where an answer of allauth leads: in, or to the page of the next step. */
export function useFollowSession({ next = '/', onAnswer }: Destination) {
  const queryClient = useQueryClient();
  const router = useRouter();
  return async (session: Session) => {
    queryClient.setQueryData(sessionQuery.queryKey, session);
    const page = pageOfFlow(session.pendingFlow);
    if (session.isAuthenticated) {
      queryClient.removeQueries({ queryKey: meQuery.queryKey });
      if (isServersPage(next)) window.location.assign(next);
      else router.history.push(next);
    } else if (page) {
      await router.navigate({ to: page, search: next === '/' ? {} : { next } });
    } else onAnswer?.(session);
  };
}

interface AuthStep<Values extends Record<string, unknown>> extends Destination {
  form: UseFormReturnType<Values>;
  submit: (values: Values) => Promise<Session>;
}

/**
 * One step of signing in: refused fields land on the form, the answer says what comes next. A refusal may end
 * the whole flow (a code entered wrong too often, a page left open): then the session says where to go on.
 */
export function useAuthStep<Values extends Record<string, unknown>>(step: AuthStep<Values>) {
  const { form, submit, next, onAnswer } = step;
  const queryClient = useQueryClient();
  const follow = useFollowSession({ next, onAnswer });
  const mutation = useMutation({
    mutationFn: submit,
    onSuccess: async (session) => {
      const { email } = form.getValues();
      if (session.pendingFlow === 'verify_email' && typeof email === 'string') storePendingEmail(email);
      await follow(session);
    },
    onError: async (error) => {
      if (!(error instanceof RefusedInput)) return;
      const known = Object.entries(error.fields).filter(([name]) => name in form.values);
      form.setErrors(Object.fromEntries(known));
      const before = queryClient.getQueryData(sessionQuery.queryKey);
      if (!before?.pendingFlow && !isStepOver(error)) return;
      const session = await getSession().catch(() => before);
      if (session?.isAuthenticated) await follow(session);
      else queryClient.setQueryData(sessionQuery.queryKey, session);
    },
  });
  const isOnField =
    mutation.error instanceof RefusedInput &&
    Object.keys(mutation.error.fields).some((name) => name in form.values);
  return { mutation, formError: isOnField ? null : mutation.error };
}
