import { LoadingRows } from '@/components/ui/loading';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { InvitationCard } from '@/features/invitation/invitation-card';
import { LoadError } from '@/components/ui/load-error';
import { Refusal } from '@/components/ui/refusal';
import { LinkButton } from '@/components/ui/links';
import { PublicTitle } from '@/components/ui/public-title';
import type { InvitationLookup } from '@/lib/api/admin-types';
import { request } from '@/lib/api/client';
import { refusalKind } from '@/lib/api/errors';
import { sessionQuery } from '@/lib/queries/session';

const useInvitation = (token: string) =>
  useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) =>
      request<InvitationLookup>('/api/invitations/lookup', { method: 'POST', body: { token }, signal }),
    staleTime: Infinity,
  });

function Invitation({ token }: { token: string }) {
  const { t } = useTranslation();
  const invitation = useInvitation(token);
  const session = useQuery(sessionQuery);
  if (invitation.isPending || session.isPending) return <LoadingRows rows={3} />;
  const error = invitation.error ?? session.error;
  if (refusalKind(error) === 'notFound') {
    return (
      <Refusal kind="invitation">
        <LinkButton to="/" mt="sm" variant="default">
          {t('notFound.home')}
        </LinkButton>
      </Refusal>
    );
  }
  if (error || !invitation.data || !session.data) {
    return <LoadError error={error} onRetry={() => void invitation.refetch()} />;
  }
  return <InvitationCard token={token} invitation={invitation.data} session={session.data} />;
}

/** Where the link in an invitation's mail leads. */
export function InvitationPage() {
  const { t } = useTranslation();
  const { token } = useParams({ from: '/open/invitations/$token' });
  return (
    <PublicTitle title={t('invitation.title')}>
      <Invitation token={token} />
    </PublicTitle>
  );
}
