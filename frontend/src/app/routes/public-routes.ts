import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { openRoute, publicRoute, requireUser, rootRoute } from '@/app/routes/root-route';
import { nextSearch, text, type Search } from '@/app/routes/search';

const loginRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: '/login',
  validateSearch: nextSearch,
  component: lazyRouteComponent(() => import('@/features/auth/login-page'), 'LoginPage'),
});

const secondFactorRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: '/login/second-factor',
  validateSearch: nextSearch,
  component: lazyRouteComponent(() => import('@/features/auth/second-factor-page'), 'SecondFactorPage'),
});

const signupRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: '/signup',
  validateSearch: nextSearch,
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
  validateSearch: nextSearch,
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

const providerSignupRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: '/account/provider/signup',
  validateSearch: nextSearch,
  component: lazyRouteComponent(() => import('@/features/auth/provider-signup-page'), 'ProviderSignupPage'),
});

const providerCallbackRoute = createRoute({
  getParentRoute: () => openRoute,
  path: '/account/provider/callback',
  validateSearch: (search: Search): { next?: string; error?: string } => ({
    ...nextSearch(search),
    error: text(search.error),
  }),
  component: lazyRouteComponent(
    () => import('@/features/auth/provider-callback-page'),
    'ProviderCallbackPage',
  ),
});

const invitationRoute = createRoute({
  getParentRoute: () => openRoute,
  path: '/invitations/$token',
  component: lazyRouteComponent(() => import('@/features/invitation/invitation-page'), 'InvitationPage'),
});

export const onboardingRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/onboarding',
  beforeLoad: ({ context, location }) => requireUser(context, location.href),
  component: lazyRouteComponent(() => import('@/features/onboarding/onboarding-page'), 'OnboardingPage'),
});

export const publicTree = publicRoute.addChildren([
  loginRoute,
  secondFactorRoute,
  signupRoute,
  signupAliasRoute,
  verifyRoute,
  forgotRoute,
  resetRoute,
  providerSignupRoute,
]);

export const openTree = openRoute.addChildren([providerCallbackRoute, invitationRoute]);
