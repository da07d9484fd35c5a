import { Button, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ErrorNote } from '@/components/ui/error-note';
import { LinkButton } from '@/components/ui/links';
import { useRoleName } from '@/components/ui/names';
import { Refusal } from '@/components/ui/refusal';
import { useAct, useWrite } from '@/components/ui/use-write';
import type { InvitationLookup } from '@/lib/api/admin-types';
import { logOut, type Session } from '@/lib/api/allauth';
import { request } from '@/lib/api/client';
import { refusalKind } from '@/lib/api/errors';
import type { Organization } from '@/lib/api/types';
import { formatDateTime } from '@/lib/format/dates';
import { useLanguage } from '@/lib/i18n/i18n';
import { storeProject } from '@/lib/project';
import { meQuery, sessionQuery } from '@/lib/queries/session';

interface InvitationCardProps {
  token: string;
  invitation: InvitationLookup;
  session: Session;
}

function Offer({ invitation }: { invitation: InvitationLookup }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const roleName = useRoleName();
  return (
    <div>
      <Text>
        {t('invitation.offer', {
          organization: invitation.organization_name,
          role: roleName(invitation.role),
        })}
      </Text>
      <Text size="sm" c="dimmed" mt={6}>
        {t('invitation.until', {
          email: invitation.email,
          at: formatDateTime(invitation.expires_at, language),
        })}
      </Text>
    </div>
  );
}

function SignedOut({ here }: { here: string }) {
  const { t } = useTranslation();
  return (
    <>
      <Text size="sm">{t('invitation.signIn')}</Text>
      <LinkButton to="/signup" search={{ next: here }}>
        {t('auth.createAccount')}
      </LinkButton>
      <LinkButton to="/login" search={{ next: here }} variant="default">
        {t('auth.logIn')}
      </LinkButton>
    </>
  );
}

function WrongAccount({ mine, theirs }: { mine: string; theirs: string }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const leave = useAct({
    run: () => logOut(),
    onDone: async () => {
      queryClient.removeQueries({ queryKey: meQuery.queryKey });
      await queryClient.refetchQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  return (
    <Refusal kind="wrongAccount">
      <Text size="sm">{t('invitation.wrong', { mine, theirs })}</Text>
      <Button mt="sm" onClick={() => leave.mutate(undefined)} loading={leave.isPending}>
        {t('invitation.switch')}
      </Button>
    </Refusal>
  );
}

function useAccept(token: string) {
  const queryClient = useQueryClient();
  const router = useRouter();
  const { t } = useTranslation();
  return useWrite({
    run: () => request<Organization>('/api/invitations/accept', { method: 'POST', body: { token } }),
    done: t('invitation.accepted'),
    onDone: async (organization) => {
      storeProject(organization.id);
      queryClient.removeQueries({ queryKey: meQuery.queryKey });
      await router.navigate({ to: '/' });
    },
  });
}

export function InvitationCard({ token, invitation, session }: InvitationCardProps) {
  const { t } = useTranslation();
  const accept = useAccept(token);
  const mine = session.email ?? '';
  const isOther = mine.toLowerCase() !== invitation.email.toLowerCase();
  const refused = refusalKind(accept.error);
  if (session.isAuthenticated && (isOther || refused === 'wrongAccount')) {
    return <WrongAccount mine={mine} theirs={invitation.email} />;
  }
  if (refused === 'notFound') return <Refusal kind="invitation" />;
  return (
    <Stack>
      <Offer invitation={invitation} />
      {session.isAuthenticated ? (
        <>
          {accept.error && <ErrorNote error={accept.error} />}
          <Button onClick={() => accept.mutate(undefined)} loading={accept.isPending}>
            {t('invitation.accept')}
          </Button>
        </>
      ) : (
        <SignedOut here={`/invitations/${token}`} />
      )}
    </Stack>
  );
}
