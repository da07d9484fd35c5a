/** The shapes of an organization's administration, by short names; generated from the schema. */
import type {
  AdminKeyOutput,
  ExportOutput,
  InviteOutput,
  MemberOutput,
  NewAdminKeyOutput,
  NewServiceAccountOutput,
  OfferOutput,
  ProjectMemberOutput,
  ProjectOutput,
  RateLimitOutput,
  RoleDetailsOutput,
  ServiceAccountKeyOutput,
  ServiceAccountOutput,
} from '@/lib/api/generated/types.gen';

export type OrganizationRole = RoleDetailsOutput['role'];
export type ProjectRole = ProjectMemberOutput['role'];

export const ORGANIZATION_ROLES: OrganizationRole[] = ['owner', 'admin', 'developer', 'billing', 'viewer'];
export const PROJECT_ROLES: ProjectRole[] = ['owner', 'member'];

/** Owners and admins of an organization own every project of it. */
export const ownsEveryProject = (role: string | undefined) => role === 'owner' || role === 'admin';

export type Member = MemberOutput;
export type Invitation = InviteOutput;
export type ListedProject = ProjectOutput;
export type AdminKey = AdminKeyOutput;
export type CreatedAdminKey = NewAdminKeyOutput;
export type ProjectMember = ProjectMemberOutput;
export type ServiceAccount = ServiceAccountOutput;
export type ServiceAccountKey = ServiceAccountKeyOutput;
export type CreatedServiceAccount = NewServiceAccountOutput;
export type RateLimit = RateLimitOutput;
export type OrganizationExport = ExportOutput;
export type InvitationLookup = OfferOutput;

interface AuditUser {
  id?: string;
  email?: string;
}

export interface AuditActor {
  type?: string;
  session?: { user?: AuditUser | null; ip_address?: string | null; user_agent?: string | null } | null;
  api_key?: {
    id?: string;
    type?: string;
    user?: AuditUser | null;
    service_account?: { id?: string } | null;
  } | null;
}

/** By hand: the schema says no more of an entry than that it is an object. What happened stands below the name of its type, as `{"project.updated": {...}}`. */
export interface AuditLog {
  id: string;
  type: string;
  effective_at: number;
  project?: { id?: string; name?: string | null } | null;
  actor?: AuditActor | null;
  finery?: {
    before?: Record<string, unknown> | null;
    after?: Record<string, unknown> | null;
    resource_id?: string | null;
    user_agent?: string | null;
    ip_address?: string | null;
    staff_email?: string | null;
  } | null;
  [event: string]: unknown;
}
