import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { logOut } from '@/lib/api/allauth';
import { forgetSessionKeys } from '@/lib/session-key';

/** Sign out, and forget everything that was seen. */
export function useLogOut() {
  const queryClient = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: () => logOut(),
    onSettled: async () => {
      forgetSessionKeys();
      queryClient.clear();
      await router.navigate({ to: '/login' });
    },
  });
}
