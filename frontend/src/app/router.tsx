import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { CrashPage } from '@/app/error-boundary';
import { NotFoundPage } from '@/app/not-found-page';
import { PublicLayout } from '@/app/public-layout';
import { Shell } from '@/app/shell';
import { meQuery, sessionQuery } from '@/lib/queries/session';

interface RouterContext {
  queryClient: QueryClient;
}

const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);

/** Only a path of this site may be gone back to. */
const localPath = (value: unknown) => {
  const path = text(value);
  return path?.startsWith('/') && !path.startsWith('//') ? path : undefined;
};

async function requireUser({ queryClient }: RouterContext, here: string) {
  const session = await queryClient.ensureQueryData(sessionQuery);
  if (session.isAuthenticated) return;
  if (session.pendingFlow === 'verify_email') throw redirect({ to: '/verify-email' });
  throw redirect({ to: '/login', search: here === '/' ? {} : { next: here } });
}

const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  errorComponent: CrashPage,
});

const publicRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'public',
  component: PublicLayout,
  beforeLoad: async ({ context }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (session.isAuthenticated) throw redirect({ to: '/' });
  },
});

const loginRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: '/login',
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({ next: localPath(search.next) }),
  component: lazyRouteComponent(() => import('@/features/auth/login-page'), 'LoginPage'),
});

const signupRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: '/signup',
  component: lazyRouteComponent(() => import('@/features/auth/signup-page'), 'SignupPage'),
});

/** The address that mails name. */
const signupAliasRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: '/sign-up',
  beforeLoad: () => {
    throw redirect({ to: '/signup' });
  },
});

const verifyRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: '/verify-email',
  component: lazyRouteComponent(() => import('@/features/auth/verify-page'), 'VerifyPage'),
});

const forgotRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('@/features/auth/forgot-page'), 'ForgotPage'),
});

const resetRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: '/reset-password/$key',
  component: lazyRouteComponent(() => import('@/features/auth/reset-page'), 'ResetPage'),
});

const onboardingRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/onboarding',
  beforeLoad: ({ context, location }) => requireUser(context, location.href),
  component: lazyRouteComponent(() => import('@/features/onboarding/onboarding-page'), 'OnboardingPage'),
});

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  notFoundComponent: NotFoundPage,
  beforeLoad: async ({ context, location }) => {
    await requireUser(context, location.href);
    const me = await context.queryClient.ensureQueryData(meQuery);
    if (me.organizations.length === 0) throw redirect({ to: '/onboarding' });
  },
});

const overviewRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  component: lazyRouteComponent(() => import('@/features/overview/overview-page'), 'OverviewPage'),
});

const filesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/files',
  component: lazyRouteComponent(() => import('@/features/files/files-page'), 'FilesPage'),
});

const fileRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/files/$fileId',
  component: lazyRouteComponent(() => import('@/features/files/file-page'), 'FilePage'),
});

const jobsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/fine-tuning',
  component: lazyRouteComponent(() => import('@/features/finetuning/jobs-page'), 'JobsPage'),
});

const wizardRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/fine-tuning/new',
  validateSearch: (search: Record<string, unknown>): { file?: string } => ({ file: text(search.file) }),
  component: lazyRouteComponent(() => import('@/features/finetuning/wizard-page'), 'WizardPage'),
});

const jobRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/fine-tuning/$jobId',
  component: lazyRouteComponent(() => import('@/features/finetuning/job-page'), 'JobPage'),
});

const playgroundRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/playground',
  validateSearch: (search: Record<string, unknown>): { model?: string } => ({ model: text(search.model) }),
  component: lazyRouteComponent(() => import('@/features/playground/playground-page'), 'PlaygroundPage'),
});

const keysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/keys',
  component: lazyRouteComponent(() => import('@/features/keys/keys-page'), 'KeysPage'),
});

const usageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/usage',
  component: lazyRouteComponent(() => import('@/features/usage/usage-page'), 'UsagePage'),
});

const notFoundRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$',
  component: NotFoundPage,
});

const routeTree = rootRoute.addChildren([
  publicRoute.addChildren([loginRoute, signupRoute, signupAliasRoute, verifyRoute, forgotRoute, resetRoute]),
  onboardingRoute,
  shellRoute.addChildren([
    overviewRoute,
    filesRoute,
    fileRoute,
    jobsRoute,
    wizardRoute,
    jobRoute,
    playgroundRoute,
    keysRoute,
    usageRoute,
    notFoundRoute,
  ]),
]);

export const makeRouter = (queryClient: QueryClient) =>
  createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultErrorComponent: CrashPage,
    scrollRestoration: true,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
