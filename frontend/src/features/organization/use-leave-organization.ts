import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useCurrentPlace } from '@/lib/project';
import { meQuery } from '@/lib/queries/session';

/** What comes after an organization is gone for this person: another one, or the first steps. */
export function useLeaveOrganization() {
  const queryClient = useQueryClient();
  const router = useRouter();
  const { organization } = useCurrentPlace();
  return async () => {
    await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
    queryClient.removeQueries({ queryKey: ['tenant', organization.id] });
    await router.navigate({ to: '/' });
  };
}
