import { Badge, Button, Group, Table, Text } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Ago } from '@/components/ui/ago';
import { AccountFrame } from '@/features/account/account-frame';
import { sessionsQuery } from '@/features/account/account-queries';
import { browserName } from '@/features/account/browser-name';
import { confirmDanger } from '@/components/ui/confirm';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { Panel } from '@/components/ui/panel';
import { RowAction, RowActions } from '@/components/ui/row-actions';
import { TableHead } from '@/components/ui/table-head';
import { TableScroll } from '@/components/ui/table-scroll';
import { useAct } from '@/components/ui/use-write';
import { endSessions, type BrowserSession } from '@/lib/api/account';
import { formatDateTime } from '@/lib/format/dates';
import { useLanguage } from '@/lib/i18n/i18n';

function SessionRow({ session, onEnd }: { session: BrowserSession; onEnd: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const name = browserName(session.user_agent) ?? t('sessions.unknown');
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={6}>
          <Text size="sm" fw={600} title={session.user_agent}>
            {name}
          </Text>
          {session.is_current && <Badge color="green">{t('sessions.this')}</Badge>}
        </Group>
      </Table.Td>
      <Table.Td>{session.ip}</Table.Td>
      <Table.Td>{formatDateTime(session.created_at, language)}</Table.Td>
      <Table.Td>{session.last_seen_at ? <Ago at={session.last_seen_at} /> : '–'}</Table.Td>
      <Table.Td>
        {!session.is_current && (
          <RowActions>
            <RowAction
              label={t('sessions.end')}
              name={t('sessions.endNamed', { name, ip: session.ip })}
              icon={<IconLogout size={17} aria-hidden="true" />}
              isDanger
              onClick={onEnd}
            />
          </RowActions>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

interface SessionsTableProps {
  sessions: BrowserSession[];
  onEnd: (ids: number[]) => void;
}

function SessionsTable({ sessions, onEnd }: SessionsTableProps) {
  const { t } = useTranslation();
  return (
    <TableScroll label={t('settings.sessions')} minWidth={640}>
      <TableHead
        columns={[t('sessions.browser'), t('sessions.ip'), t('sessions.since'), t('sessions.lastSeen')]}
      />
      <Table.Tbody>
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} onEnd={() => onEnd([session.id])} />
        ))}
      </Table.Tbody>
    </TableScroll>
  );
}

function Sessions() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(sessionsQuery);
  const end = useAct({
    run: (ids: number[]) => endSessions(ids),
    refresh: [sessionsQuery.queryKey],
    done: t('sessions.ended'),
  });
  const ask = (ids: number[]) =>
    confirmDanger({
      title: t('sessions.endTitle', { count: ids.length }),
      text: t('sessions.endText'),
      confirm: t('sessions.end'),
      onConfirm: () => end.mutate(ids),
    });
  if (isPending) return <LoadingRows />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  const others = data.filter((session) => !session.is_current).map(({ id }) => id);
  return (
    <Panel>
      <SessionsTable sessions={data} onEnd={ask} />
      {others.length > 0 && (
        <Group>
          <Button variant="outline" color="red" onClick={() => ask(others)}>
            {t('sessions.endOthers')}
          </Button>
        </Group>
      )}
    </Panel>
  );
}

export function SessionsPage() {
  const { t } = useTranslation();
  return (
    <AccountFrame title={t('settings.sessions')} description={t('sessions.description')}>
      <Sessions />
    </AccountFrame>
  );
}
