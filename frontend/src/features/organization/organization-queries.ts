import { queryOptions } from '@tanstack/react-query';
import type { AdminKey, Invitation, ListedProject, OrganizationExport } from '@/lib/api/admin-types';
import { request, type OrganizationScope } from '@/lib/api/client';
import type { Page } from '@/lib/api/types';
import { organizationKey } from '@/lib/queries/keys';
import { listQuery } from '@/lib/queries/list';

const LIMIT = 50;
const EXPORT_POLL_MS = 3_000;

export const invitationsKey = (scope: OrganizationScope) => organizationKey(scope, 'invitations');

export const invitationsQuery = (scope: OrganizationScope) =>
  listQuery<Invitation>({
    queryKey: invitationsKey(scope),
    path: '/v1/organization/invites',
    scope,
    query: { limit: LIMIT },
  });

export const projectsKey = (scope: OrganizationScope) => organizationKey(scope, 'projects');

export const projectsQuery = (scope: OrganizationScope, isWithArchived: boolean) =>
  listQuery<ListedProject>({
    queryKey: [...projectsKey(scope), isWithArchived],
    path: '/v1/organization/projects',
    scope,
    query: { limit: LIMIT, include_archived: String(isWithArchived) },
  });

export const adminKeysKey = (scope: OrganizationScope) => organizationKey(scope, 'admin-keys');

export const adminKeysQuery = (scope: OrganizationScope) =>
  listQuery<AdminKey>({
    queryKey: adminKeysKey(scope),
    path: '/v1/organization/admin_api_keys',
    scope,
    query: { limit: LIMIT },
  });

export const exportsPath = ({ tenantId }: OrganizationScope) => `/api/organizations/${tenantId}/exports`;

export const exportsKey = (scope: OrganizationScope) => organizationKey(scope, 'exports');

/** All exports, asked again while one is being made. */
export const exportsQuery = (scope: OrganizationScope) =>
  queryOptions({
    queryKey: exportsKey(scope),
    queryFn: ({ signal }) => request<Page<OrganizationExport>>(exportsPath(scope), { signal }),
    refetchInterval: ({ state }) =>
      state.data?.data.some(({ status }) => status === 'queued') ? EXPORT_POLL_MS : false,
  });
