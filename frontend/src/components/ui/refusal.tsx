import { Box, Button, Code, List, Text } from '@mantine/core';
import {
  IconArchive,
  IconCloudOff,
  IconEye,
  IconLock,
  IconLogin,
  IconMailX,
  IconMapOff,
  IconUserQuestion,
  IconWifiOff,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useContext, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkButton } from '@/components/ui/links';
import { useActionName, useRoleName } from '@/components/ui/names';
import { ApiError, type RefusalKind } from '@/lib/api/errors';
import { PlaceContext, type CurrentPlace } from '@/lib/project';
import { memberName, membersQuery } from '@/lib/queries/members';

const ICONS: Record<RefusalKind, typeof IconLock> = {
  signedOut: IconLogin,
  forbidden: IconLock,
  readOnly: IconEye,
  archived: IconArchive,
  wrongAccount: IconUserQuestion,
  invitation: IconMailX,
  notFound: IconMapOff,
  offline: IconWifiOff,
  unavailable: IconCloudOff,
};

const HELPING_ROLES = ['owner', 'admin'];

/** Whose role it is to help, by name and address. */
function Helpers({ place }: { place: CurrentPlace }) {
  const { t } = useTranslation();
  const { data } = useInfiniteQuery(membersQuery({ tenantId: place.organization.id }));
  const helpers = (data ?? []).filter(({ finery, id }) => {
    return HELPING_ROLES.includes(finery.role) && id !== place.me.user.id;
  });
  if (helpers.length === 0) return <Text size="sm">{t('refusal.askOwner')}</Text>;
  return (
    <Box ta="start">
      <Text size="sm">{t('refusal.ask')}</Text>
      <List size="sm">
        {helpers.slice(0, 5).map((member) => (
          <List.Item key={member.id}>
            {memberName(member)}
            {member.name && member.email ? ` (${member.email})` : ''}
          </List.Item>
        ))}
      </List>
    </Box>
  );
}

function Forbidden({ action, place }: { action: string | null; place: CurrentPlace }) {
  const { t } = useTranslation();
  const actionName = useActionName();
  const roleName = useRoleName();
  return (
    <>
      {action && <Text size="sm">{t('refusal.missing', { action: actionName(action) })}</Text>}
      <Text size="sm">
        {t('refusal.yourRole', {
          role: roleName(place.organization.role),
          organization: place.organization.name,
        })}
      </Text>
      <Helpers place={place} />
    </>
  );
}

interface RefusalProps {
  kind: RefusalKind;
  /** What was to be done, where a right was missing. */
  action?: string | null;
  error?: unknown;
  onRetry?: () => void;
  children?: ReactNode;
}

const RETRIED: RefusalKind[] = ['offline', 'unavailable', 'notFound'];

/** Why the server said no, and what helps. */
export function Refusal({ kind, action = null, error, onRetry, children }: RefusalProps) {
  const { t } = useTranslation();
  const place = useContext(PlaceContext);
  const Icon = ICONS[kind];
  const isQuoted = error instanceof ApiError && error.message && RETRIED.includes(kind) && kind !== 'offline';
  return (
    <Box role="alert">
      <EmptyState
        icon={<Icon aria-hidden="true" />}
        title={t(`refusal.${kind}.title`)}
        text={t(`refusal.${kind}.text`)}
        action={
          <>
            {isQuoted && (
              <Text size="sm" c="dimmed">
                {error.message} {error.code && <Code>{error.code}</Code>}
              </Text>
            )}
            {kind === 'forbidden' && place && <Forbidden action={action} place={place} />}
            {kind === 'signedOut' && (
              <LinkButton to="/login" search={{ next: window.location.pathname }} mt="sm">
                {t('auth.logIn')}
              </LinkButton>
            )}
            {onRetry && RETRIED.includes(kind) && (
              <Button variant="default" mt="sm" onClick={onRetry}>
                {t('actions.retry')}
              </Button>
            )}
            {children}
          </>
        }
      />
    </Box>
  );
}
