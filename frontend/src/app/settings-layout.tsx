import { Box, Button, Grid, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSelector } from '@tabler/icons-react';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useContext, useEffect, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { LinkNav } from '@/components/ui/links';
import { hindranceTo, type Action } from '@/lib/permissions';
import { OWN_PAGES } from '@/lib/own-pages';
import { PlaceContext } from '@/lib/project';

interface SettingsPage {
  to: string;
  name: string;
  action?: Action;
}

const ORGANIZATION_PAGES = [
  { to: '/settings/organization', name: 'organization' },
  { to: '/settings/members', name: 'members', action: 'user.read' },
  { to: '/settings/invitations', name: 'invitations', action: 'invite.read' },
  { to: '/settings/projects', name: 'projects', action: 'project.list' },
  { to: '/settings/admin-keys', name: 'adminKeys', action: 'admin_key.read' },
  { to: '/settings/audit-log', name: 'audit', action: 'audit.read' },
] as const satisfies SettingsPage[];

const PROJECT_PAGES = [
  { to: '/settings/project', name: 'project' },
  { to: '/settings/project/members', name: 'projectMembers', action: 'project_user.read' },
  { to: '/settings/project/service-accounts', name: 'serviceAccounts', action: 'service_account.read' },
  { to: '/settings/project/rate-limits', name: 'rateLimits', action: 'rate_limit.read' },
] as const satisfies SettingsPage[];

type Pages = readonly (
  (typeof ORGANIZATION_PAGES)[number] | (typeof PROJECT_PAGES)[number] | (typeof OWN_PAGES)[number]
)[];

function Section({ title, pages }: { title: string; pages: Pages }) {
  const { t } = useTranslation();
  const place = useContext(PlaceContext);
  const shown = pages.filter((page) => !('action' in page) || (place && !hindranceTo(page.action, place)));
  return (
    <div>
      <Text size="xs" fw={600} c="dimmed" px={12} pb={4} truncate>
        {title}
      </Text>
      <Box component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {shown.map(({ to, name }) => (
          <li key={to}>
            <LinkNav
              to={to}
              activeOptions={{ exact: true }}
              activeProps={{ active: true }}
              label={t(`settings.${name}`)}
              style={{ borderRadius: 8 }}
              py={7}
            />
          </li>
        ))}
      </Box>
    </div>
  );
}

/** Everything to set: of the organization and the project where there are some, and of the person. */
export function SettingsLayout() {
  const { t } = useTranslation();
  const place = useContext(PlaceContext);
  const { pathname } = useLocation();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const navId = useId();
  useEffect(close, [pathname, close]);
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, md: 3 }}>
        <Button
          hiddenFrom="md"
          variant="default"
          fullWidth
          justify="space-between"
          rightSection={<IconSelector size={16} aria-hidden="true" />}
          aria-expanded={isOpen}
          aria-controls={navId}
          onClick={toggle}
        >
          {t('settings.all')}
        </Button>
        <Stack
          component="nav"
          id={navId}
          gap="md"
          mt={{ base: 'md', md: 0 }}
          visibleFrom={isOpen ? undefined : 'md'}
          aria-label={t('settings.title')}
        >
          {place && <Section title={place.organization.name} pages={ORGANIZATION_PAGES} />}
          {place?.project && (
            <Section title={t('settings.ofProject', { name: place.project.name })} pages={PROJECT_PAGES} />
          )}
          <Section title={t('settings.you')} pages={OWN_PAGES} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 9 }}>
        <Outlet />
      </Grid.Col>
    </Grid>
  );
}
