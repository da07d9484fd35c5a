import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { sessionQuery } from '@/lib/queries/session';
import { forgetSessionKeys } from '@/lib/session-key';
import { onLogOutElsewhere } from '@/lib/tabs';

/** When another tab logs out, this one asks for its session anew, leaves, and forgets what was seen. */
export function useLogOutElsewhere() {
  const queryClient = useQueryClient();
  const router = useRouter();
  useEffect(
    () =>
      onLogOutElsewhere(() => {
        forgetSessionKeys();
        queryClient.removeQueries({ queryKey: sessionQuery.queryKey });
        void router.invalidate().then(() => {
          queryClient.removeQueries({
            predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0],
          });
        });
      }),
    [queryClient, router],
  );
}
