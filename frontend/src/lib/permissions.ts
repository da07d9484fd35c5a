import { useContext } from 'react';
import { isArchived, PlaceContext, type CurrentPlace } from '@/lib/project';

/** What may be done, as the control plane's policy names it and `me` lists it. */
export type Action =
  | 'base.read'
  | 'file.read'
  | 'file.write'
  | 'job.read'
  | 'job.write'
  | 'model.read'
  | 'model.write'
  | 'model.request'
  | 'balance.read'
  | 'project.read'
  | 'project.update'
  | 'project.archive'
  | 'project_user.read'
  | 'project_user.write'
  | 'service_account.read'
  | 'service_account.write'
  | 'api_key.read_own'
  | 'api_key.read'
  | 'api_key.write_own'
  | 'api_key.delete_own'
  | 'api_key.delete'
  | 'rate_limit.read'
  | 'rate_limit.write'
  | OrganizationAction;

const ORGANIZATION_ACTIONS = [
  'organization.read',
  'organization.update',
  'organization.transfer',
  'organization.delete',
  'organization.export',
  'export.read',
  'organization.leave',
  'project.list',
  'project.create',
  'user.read',
  'user.write',
  'owner.write',
  'invite.read',
  'invite.write',
  'admin_key.read',
  'admin_key.write',
  'audit.read',
  'usage.read',
] as const;

type OrganizationAction = (typeof ORGANIZATION_ACTIONS)[number];

/** The actions that a project's key can be narrowed to. */
export const KEY_SCOPES = [
  'base.read',
  'file.read',
  'file.write',
  'job.read',
  'job.write',
  'model.read',
  'model.write',
  'model.request',
  'balance.read',
] as const satisfies Action[];

/** Why something cannot be done here. */
export type Hindrance = 'role' | 'archived' | 'readOnly';

const isRead = (action: Action) => /\.(read|read_own|list)$/.test(action);
const isOfProject = (action: Action) => !(ORGANIZATION_ACTIONS as readonly string[]).includes(action);

export function hindranceTo(action: Action, place: CurrentPlace): Hindrance | null {
  const { me, organization, project } = place;
  if (!isRead(action)) {
    if (me.impersonation) return 'readOnly';
    if (isOfProject(action) && project && isArchived(project)) return 'archived';
  }
  const held = [...organization.permissions, ...(project?.permissions ?? [])];
  return held.includes(action) ? null : 'role';
}

/** Why the user cannot do this here and now; null when they can. */
export function useHindrance(action: Action): Hindrance | null {
  const place = useContext(PlaceContext);
  return place ? hindranceTo(action, place) : null;
}

export const useCan = (action: Action): boolean => useHindrance(action) === null;
