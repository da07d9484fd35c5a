import { AppShell, Burger, Container, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ArchivedNotice } from '@/app/archived-notice';
import { ImpersonationBanner } from '@/app/impersonation-banner';
import { NoProjectPage } from '@/app/no-project-page';
import { Sidebar } from '@/app/sidebar';
import { LinkButton } from '@/components/ui/links';
import { Logo } from '@/components/ui/logo';
import { StartHeader } from '@/components/ui/start-header';
import { pickPlace, PlaceContext, storedProject, storeProject, type CurrentPlace } from '@/lib/project';
import { meQuery } from '@/lib/queries/session';

function useChosenPlace(): CurrentPlace | null {
  const { data: me } = useSuspenseQuery(meQuery);
  const [wanted, setWanted] = useState(storedProject);
  return useMemo(() => {
    const picked = pickPlace(me, wanted);
    if (!picked) return null;
    const choose = (id: string) => {
      storeProject(id);
      setWanted(id);
    };
    return { me, ...picked, choose };
  }, [me, wanted]);
}

/** Pages below /settings do without a project; all others are about one. */
function Content({ place }: { place: CurrentPlace }) {
  const { pathname } = useLocation();
  const isSettings = pathname.startsWith('/settings');
  if (!place.project && !isSettings) return <NoProjectPage />;
  return (
    <>
      <ArchivedNotice />
      <Outlet key={place.project?.id ?? place.organization.id} />
    </>
  );
}

/** Who is in no organization has an account all the same. */
function NoOrganization() {
  const { t } = useTranslation();
  return (
    <>
      <StartHeader>
        <LinkButton to="/onboarding" variant="subtle" size="compact-sm">
          {t('onboarding.title')}
        </LinkButton>
      </StartHeader>
      <Container component="main" size="lg" py="lg">
        <Outlet />
      </Container>
    </>
  );
}

/** The signed-in frame: navigation on the left, the page on the right. */
export function Shell() {
  const { t } = useTranslation();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const place = useChosenPlace();
  const { pathname } = useLocation();
  useEffect(close, [pathname, close]);

  if (!place) return <NoOrganization />;
  return (
    <PlaceContext.Provider value={place}>
      <a className="skip-link" href="#content">
        {t('nav.skip')}
      </a>
      <AppShell
        header={{ height: { base: 56, sm: 0 } }}
        navbar={{ width: 252, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
        padding={{ base: 'md', md: 36 }}
      >
        <AppShell.Header hiddenFrom="sm" px="md" bg="var(--finery-surface)">
          <Group h="100%" justify="space-between">
            <Logo />
            <Burger
              opened={isOpen}
              onClick={toggle}
              size="sm"
              aria-label={t('nav.menu')}
              aria-expanded={isOpen}
            />
          </Group>
        </AppShell.Header>
        <AppShell.Navbar p="md" bg="var(--finery-surface)" aria-label={t('nav.label')}>
          <Sidebar />
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1} style={{ outline: 'none' }}>
          <ImpersonationBanner />
          <div style={{ maxWidth: 1120, margin: '0 auto' }}>
            <Content place={place} />
          </div>
        </AppShell.Main>
      </AppShell>
    </PlaceContext.Provider>
  );
}
