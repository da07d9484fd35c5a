import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, notFound, Outlet, redirect } from '@tanstack/react-router';
import { CrashPage } from '@/app/error-boundary';
import { NotFoundPage } from '@/app/not-found-page';
import { PublicLayout } from '@/app/public-layout';
import { nextSearch } from '@/app/routes/search';
import { Shell } from '@/app/shell';
import { useLogOutElsewhere } from '@/app/use-log-out-elsewhere';
import { ReauthenticationDialog } from '@/components/ui/reauthentication-dialog';
import { isOwnPage } from '@/lib/own-pages';
import { isServersPage, pageOfFlow } from '@/lib/sign-in-flow';
import { meQuery, sessionQuery } from '@/lib/queries/session';

export interface RouterContext {
  queryClient: QueryClient;
}

export async function requireUser({ queryClient }: RouterContext, here: string) {
  const session = await queryClient.ensureQueryData(sessionQuery);
  if (session.isAuthenticated) return;
  const search = here === '/' ? {} : { next: here };
  throw redirect({ to: pageOfFlow(session.pendingFlow) ?? '/login', search });
}

/** The route of every address that has no page. */
const UNKNOWN_ROUTE_ID = '/shell/$';

/** A visitor is not asked to log in for a page that is not there. */
async function requirePage({ queryClient }: RouterContext) {
  const session = await queryClient.ensureQueryData(sessionQuery);
  if (!session.isAuthenticated) throw notFound();
}

function Root() {
  useLogOutElsewhere();
  return (
    <>
      <Outlet />
      <ReauthenticationDialog />
    </>
  );
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Root,
  errorComponent: CrashPage,
  notFoundComponent: () => (
    <PublicLayout>
      <NotFoundPage />
    </PublicLayout>
  ),
});

/** Pages for visitors only. */
export const publicRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'public',
  component: PublicLayout,
  beforeLoad: async ({ context, search }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (!session.isAuthenticated) return;
    const { next = '/' } = nextSearch(search);
    throw redirect({ href: next, reloadDocument: isServersPage(next) });
  },
});

/** Pages for anybody, signed in or not. */
export const openRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'open',
  component: PublicLayout,
});

/** The dashboard. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  notFoundComponent: NotFoundPage,
  beforeLoad: async ({ context, location, matches }) => {
    if (matches.at(-1)?.routeId === UNKNOWN_ROUTE_ID) await requirePage(context);
    await requireUser(context, location.href);
    const me = await context.queryClient.ensureQueryData(meQuery);
    if (me.organizations.length === 0 && !isOwnPage(location.pathname)) {
      throw redirect({ to: '/onboarding' });
    }
  },
});
