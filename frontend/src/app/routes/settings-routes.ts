import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { shellRoute } from '@/app/routes/root-route';
import { SettingsLayout } from '@/app/settings-layout';

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component: SettingsLayout,
});

const indexRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/organization' });
  },
});

const organizationRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/organization',
  component: lazyRouteComponent(() => import('@/features/organization/general-page'), 'OrganizationPage'),
});

const membersRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/members',
  component: lazyRouteComponent(() => import('@/features/organization/members-page'), 'MembersPage'),
});

const invitationsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/invitations',
  component: lazyRouteComponent(() => import('@/features/organization/invitations-page'), 'InvitationsPage'),
});

const projectsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/projects',
  component: lazyRouteComponent(() => import('@/features/organization/projects-page'), 'ProjectsPage'),
});

const adminKeysRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/admin-keys',
  component: lazyRouteComponent(() => import('@/features/organization/admin-keys-page'), 'AdminKeysPage'),
});

const auditRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/audit-log',
  component: lazyRouteComponent(() => import('@/features/audit/audit-page'), 'AuditPage'),
});

const projectRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/project',
  component: lazyRouteComponent(() => import('@/features/project/general-page'), 'ProjectPage'),
});

const projectMembersRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/project/members',
  component: lazyRouteComponent(() => import('@/features/project/members-page'), 'ProjectMembersPage'),
});

const serviceAccountsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/project/service-accounts',
  component: lazyRouteComponent(
    () => import('@/features/project/service-accounts-page'),
    'ServiceAccountsPage',
  ),
});

const rateLimitsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/project/rate-limits',
  component: lazyRouteComponent(() => import('@/features/project/rate-limits-page'), 'RateLimitsPage'),
});

const profileRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/profile',
  component: lazyRouteComponent(() => import('@/features/account/profile-page'), 'ProfilePage'),
});

const securityRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/security',
  component: lazyRouteComponent(() => import('@/features/account/security-page'), 'SecurityPage'),
});

const sessionsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/sessions',
  component: lazyRouteComponent(() => import('@/features/account/sessions-page'), 'SessionsPage'),
});

const connectionsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/connections',
  component: lazyRouteComponent(() => import('@/features/account/connections-page'), 'ConnectionsPage'),
});

export const settingsTree = settingsRoute.addChildren([
  indexRoute,
  organizationRoute,
  membersRoute,
  invitationsRoute,
  projectsRoute,
  adminKeysRoute,
  auditRoute,
  projectRoute,
  projectMembersRoute,
  serviceAccountsRoute,
  rateLimitsRoute,
  profileRoute,
  securityRoute,
  sessionsRoute,
  connectionsRoute,
]);
