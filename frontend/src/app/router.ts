import type { QueryClient } from '@tanstack/react-query';
import { createRouter } from '@tanstack/react-router';
import { CrashPage } from '@/app/error-boundary';
import { onboardingRoute, openTree, publicTree } from '@/app/routes/public-routes';
import { rootRoute } from '@/app/routes/root-route';
import { shellTree } from '@/app/routes/shell-routes';

const routeTree = rootRoute.addChildren([publicTree, openTree, onboardingRoute, shellTree]);

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
