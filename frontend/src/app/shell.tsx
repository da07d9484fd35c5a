import { AppShell, Burger, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Sidebar } from '@/app/sidebar';
import { Logo } from '@/components/ui/logo';
import { pickProject, ProjectContext, storedProject, storeProject } from '@/lib/project';
import { meQuery } from '@/lib/queries/session';

function useChosenProject() {
  const { data: me } = useSuspenseQuery(meQuery);
  const [wanted, setWanted] = useState(storedProject);
  return useMemo(() => {
    const picked = pickProject(me, wanted);
    if (!picked) return null;
    const choose = (projectId: string) => {
      storeProject(projectId);
      setWanted(projectId);
    };
    return { me, ...picked, choose };
  }, [me, wanted]);
}

/** The signed-in frame: navigation on the left, the page on the right. */
export function Shell() {
  const { t } = useTranslation();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const current = useChosenProject();
  const { pathname } = useLocation();
  useEffect(close, [pathname, close]);

  if (!current) return null;
  return (
    <ProjectContext.Provider value={current}>
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
          <div style={{ maxWidth: 1120, margin: '0 auto' }}>
            <Outlet key={current.project.id} />
          </div>
        </AppShell.Main>
      </AppShell>
    </ProjectContext.Provider>
  );
}
