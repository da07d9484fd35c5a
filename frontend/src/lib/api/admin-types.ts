/** The shapes of an organization's administration: OpenAI's admin API with ours beside it. */

export type OrganizationRole = 'owner' | 'admin' | 'developer' | 'billing' | 'viewer';
export type ProjectRole = 'owner' | 'member';

export const ORGANIZATION_ROLES: OrganizationRole[] = ['owner', 'admin', 'developer', 'billing', 'viewer'];
export const PROJECT_ROLES: ProjectRole[] = ['owner', 'member'];

/** Owners and admins of an organization own every project of it. */
export const ownsEveryProject = (role: string | undefined) => role === 'owner' || role === 'admin';

export interface Member {
  id: string;
  name?: string | null;
  email?: string | null;
  added_at: number;
  finery: { role: OrganizationRole };
}

export interface Invitation {
  id: string;
  email: string;
  status: 'accepted' | 'expired' | 'pending';
  created_at: number;
  expires_at?: number | null;
  accepted_at?: number | null;
  projects: { id: string; role: string }[];
  finery: { role: OrganizationRole };
}

export interface ListedProject {
  id: string;
  name: string;
  created_at: number;
  archived_at?: number | null;
  status: string;
}

interface KeyOwner {
  id?: string;
  name?: string;
  email?: string;
}

export interface AdminKey {
  id: string;
  name?: string | null;
  redacted_value: string;
  created_at: number;
  expires_at: number | null;
  last_used_at?: number | null;
  owner?: KeyOwner | null;
}

export type CreatedAdminKey = AdminKey & { value: string };

export interface ProjectMember {
  id: string;
  name?: string | null;
  email?: string | null;
  role: string;
  added_at: number;
  /** The role in the organization: its owners and admins own every project. */
  finery?: { role: OrganizationRole };
}

export interface ServiceAccount {
  id: string;
  name: string;
  role: string;
  created_at: number;
}

export interface ServiceAccountKey {
  id: string;
  name: string;
  value: string;
}

export type CreatedServiceAccount = ServiceAccount & { api_key: ServiceAccountKey | null };

export interface RateLimit {
  id: string;
  model: string;
  max_requests_per_1_minute: number;
  max_tokens_per_1_minute: number;
}

export interface OrganizationExport {
  id: string;
  status: 'queued' | 'ready' | 'failed' | 'expired';
  bytes: number | null;
  created_at: number;
  finished_at: number | null;
  expires_at: number | null;
}

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

/** What happened stands below the name of its type, as `{"project.updated": {...}}`. */
export interface AuditLog {
  id: string;
  type: string;
  effective_at: number;
  project?: { id?: string; name?: string } | null;
  actor?: AuditActor | null;
  finery?: {
    before?: Record<string, unknown> | null;
    after?: Record<string, unknown> | null;
    resource_id?: string | null;
    user_agent?: string | null;
    staff_email?: string | null;
  } | null;
  [event: string]: unknown;
}

export interface InvitationLookup {
  organization_name: string;
  email: string;
  role: OrganizationRole;
  expires_at: number;
}
