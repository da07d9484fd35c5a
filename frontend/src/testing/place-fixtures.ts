import type { Me, Organization, Project } from '@/lib/api/types';

/** Who is signed in, in which organizations and projects, and what they may do there. */

const PROJECT_READS = [
  'base.read',
  'file.read',
  'job.read',
  'model.read',
  'balance.read',
  'project.read',
  'project_user.read',
  'rate_limit.read',
];

export const PROJECT_MEMBER = [
  ...PROJECT_READS,
  'file.write',
  'job.write',
  'model.write',
  'model.request',
  'service_account.read',
  'api_key.read_own',
  'api_key.write_own',
  'api_key.delete_own',
];

export const PROJECT_OWNER = [
  ...PROJECT_MEMBER,
  'project.update',
  'project.archive',
  'project_user.write',
  'service_account.write',
  'api_key.read',
  'api_key.delete',
  'rate_limit.write',
];

export const ORGANIZATION_MEMBER = [
  'base.read',
  'organization.read',
  'organization.leave',
  'project.list',
  'user.read',
  'balance.read',
  'usage.read',
];

const ORGANIZATION_ADMIN = [
  ...ORGANIZATION_MEMBER,
  'organization.update',
  'organization.export',
  'export.read',
  'project.create',
  'user.write',
  'invite.read',
  'invite.write',
  'admin_key.read',
  'admin_key.write',
  'audit.read',
];

const ORGANIZATION_OWNER = [
  ...ORGANIZATION_ADMIN,
  'organization.transfer',
  'organization.delete',
  'owner.write',
];

export const project: Project = {
  id: 'proj_1',
  name: 'Default project',
  is_default: true,
  status: 'active',
  role: 'owner',
  permissions: PROJECT_OWNER,
};

export const organization: Organization = {
  id: 'org_1',
  name: 'Acme Support',
  slug: 'acme-support',
  role: 'owner',
  permissions: ORGANIZATION_OWNER,
  projects: [project],
};

export const me: Me = {
  user: { id: 'user_1', email: 'ada@example.com', name: '', is_staff: false },
  impersonation: null,
  organizations: [organization],
};

/** The same person with fewer rights: a developer who is a member of the project. */
export const developer: Me = {
  ...me,
  organizations: [
    {
      ...organization,
      role: 'developer',
      permissions: ORGANIZATION_MEMBER,
      projects: [{ ...project, role: 'member', permissions: PROJECT_MEMBER }],
    },
  ],
};

/** One who may look at the project and no more. */
export const viewer: Me = {
  ...me,
  organizations: [
    {
      ...organization,
      role: 'viewer',
      permissions: ORGANIZATION_MEMBER,
      projects: [{ ...project, role: 'viewer', permissions: PROJECT_READS }],
    },
  ],
};
