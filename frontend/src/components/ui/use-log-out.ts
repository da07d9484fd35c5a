import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { logOut } from '@/lib/api/allauth';
import { sessionQuery } from '@/lib/queries/session';
import { forgetSessionKeys } from '@/lib/session-key';

/** Sign out, and forget everything that was seen. */
export function useLogOut() {
  const queryClient = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: () => logOut(),
    onSettled: async (session) => {
      forgetSessionKeys();
      if (session) queryClient.setQueryData(sessionQuery.queryKey, session);
      else queryClient.removeQueries({ queryKey: sessionQuery.queryKey });
      await router.navigate({ to: '/login' });
      // Only now: the pages left would have asked again for what is gone.
      queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
    },
  });
}
