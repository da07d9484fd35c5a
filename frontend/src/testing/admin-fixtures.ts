import type {
  AdminKey,
  AuditLog,
  Invitation,
  InvitationLookup,
  ListedProject,
  Member,
  OrganizationExport,
  ProjectMember,
  RateLimit,
  ServiceAccount,
} from '@/lib/api/admin-types';
import type { AuthConfig, Authenticator, BrowserSession } from '@/lib/api/account';
import { NOW } from '@/testing/fixtures';

/** What belongs to the organization as a whole, and to the person. */

const member = (id: string, name: string, email: string, role: Member['finery']['role']): Member => ({
  object: 'organization.user',
  id,
  name,
  email,
  role: role === 'owner' ? 'owner' : 'reader',
  added_at: NOW,
  finery: { role },
});

export const members: Member[] = [
  member('user_1', '', 'ada@example.com', 'owner'),
  member('user_2', 'Grace Hopper', 'grace@example.com', 'admin'),
  member('user_3', 'Alan Turing', 'alan@example.com', 'developer'),
];

export const invitations: Invitation[] = [
  {
    object: 'organization.invite',
    role: 'reader',
    id: 'invite-1',
    email: 'new@example.com',
    status: 'pending',
    created_at: NOW,
    expires_at: NOW + 604_800,
    accepted_at: null,
    projects: [{ id: 'proj_1', role: 'member' }],
    finery: { role: 'developer' },
  },
  {
    object: 'organization.invite',
    role: 'reader',
    id: 'invite-2',
    email: 'late@example.com',
    status: 'expired',
    created_at: NOW - 900_000,
    expires_at: NOW - 300_000,
    accepted_at: null,
    projects: [],
    finery: { role: 'viewer' },
  },
];

export const listedProjects: ListedProject[] = [
  {
    object: 'organization.project',
    id: 'proj_1',
    name: 'Default project',
    created_at: NOW,
    archived_at: null,
    status: 'active',
  },
];

export const adminKeys: AdminKey[] = [
  {
    object: 'organization.admin_api_key',
    id: 'key_9',
    name: 'Provisioning',
    redacted_value: 'sk-fin-admin-…a1b2',
    created_at: NOW,
    expires_at: NOW + 90 * 86_400,
    last_used_at: null,
    owner: {
      type: 'user',
      object: 'organization.user',
      id: 'user_1',
      name: 'Ada',
      created_at: NOW,
      role: 'owner',
    },
  },
];

export const auditLogs: AuditLog[] = [
  {
    id: 'audit_log-2',
    type: 'project.updated',
    effective_at: NOW,
    project: { id: 'proj_1' },
    actor: {
      type: 'session',
      session: { user: { id: 'user_1', email: 'ada@example.com' }, ip_address: '203.0.113.7' },
    },
    'project.updated': { id: 'proj_1', changes_requested: { name: 'Default project' } },
    finery: {
      before: { name: 'First project' },
      after: { name: 'Default project' },
      resource_id: 'proj_1',
      user_agent: 'Mozilla/5.0 Firefox/140.0',
      staff_email: null,
    },
  },
  {
    id: 'audit_log-1',
    type: 'file.created',
    effective_at: NOW - 60,
    project: { id: 'proj_1', name: 'Default project' },
    actor: {
      type: 'api_key',
      api_key: { id: 'key_1', type: 'service_account', service_account: { id: 'svc_acct_1' } },
    },
    'file.created': { id: 'file-1' },
    finery: {
      before: null,
      after: null,
      resource_id: 'file-1',
      staff_email: null,
      ip_address: '198.51.100.9',
    },
  },
];

export const exports: OrganizationExport[] = [
  {
    object: 'organization.export',
    id: 'export_1',
    status: 'ready',
    bytes: 5_200_000,
    created_at: NOW,
    finished_at: NOW + 40,
    expires_at: NOW + 604_800,
  },
];

export const projectMembers: ProjectMember[] = [
  {
    object: 'organization.project.user',
    id: 'user_1',
    name: '',
    email: 'ada@example.com',
    role: 'owner',
    added_at: NOW,
    finery: { role: 'owner' },
  },
  {
    object: 'organization.project.user',
    id: 'user_3',
    name: 'Alan Turing',
    email: 'alan@example.com',
    role: 'member',
    added_at: NOW,
    finery: { role: 'developer' },
  },
];

export const serviceAccounts: ServiceAccount[] = [
  {
    object: 'organization.project.service_account',
    id: 'svc_acct_1',
    name: 'Web server',
    role: 'member',
    created_at: NOW,
  },
];

export const rateLimits: RateLimit[] = [
  {
    object: 'project.rate_limit',
    id: 'rl-finery-nano',
    model: 'finery-nano',
    max_requests_per_1_minute: 600,
    max_tokens_per_1_minute: 200_000,
  },
];

export const lookup: InvitationLookup = {
  organization_name: 'Acme Support',
  email: 'ada@example.com',
  role: 'developer',
  expires_at: NOW + 604_800,
};

export const authConfig: AuthConfig = {
  account: { is_open_for_signup: true },
  socialaccount: { providers: [{ id: 'github', name: 'GitHub' }] },
  mfa: { supported_types: ['totp', 'recovery_codes', 'webauthn'], passkey_login_enabled: true },
};

export const authenticators: Authenticator[] = [
  { type: 'totp', created_at: NOW, last_used_at: NOW + 60 },
  { type: 'recovery_codes', created_at: NOW, last_used_at: null, total_code_count: 10, unused_code_count: 9 },
];

export const sessions: BrowserSession[] = [
  {
    id: 1,
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    ip: '203.0.113.7',
    created_at: NOW,
    last_seen_at: NOW + 100,
    is_current: true,
  },
  {
    id: 2,
    user_agent: 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0 Safari/537.36',
    ip: '198.51.100.4',
    created_at: NOW - 9_000,
    last_seen_at: NOW - 4_000,
    is_current: false,
  },
];
