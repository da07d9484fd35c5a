import type { RequestOptions } from '@/lib/api/client';

export interface AuditFilters extends Record<string, unknown> {
  types: string[];
  email: string;
  /** Days as `2026-01-31`, of the reader's own time zone; both ends belong to it. */
  from: string;
  to: string;
  projectId: string | null;
  resourceId: string;
}

export const NO_FILTERS: AuditFilters = {
  types: [],
  email: '',
  from: '',
  to: '',
  projectId: null,
  resourceId: '',
};

export const EVENT_TYPES = [
  'api_key.created',
  'api_key.deleted',
  'api_key.rotated',
  'api_key.updated',
  'audit_log.exported',
  'dataset.created',
  'dataset.deleted',
  'dataset.updated',
  'dataset.version_created',
  'file.created',
  'file.deleted',
  'fine_tuning.job.cancelled',
  'fine_tuning.job.created',
  'invite.accepted',
  'invite.deleted',
  'invite.sent',
  'login.failed',
  'login.succeeded',
  'logout.succeeded',
  'model.deleted',
  'organization.created',
  'organization.deleted',
  'organization.export_downloaded',
  'organization.exported',
  'organization.transferred',
  'organization.updated',
  'project.archived',
  'project.created',
  'project.updated',
  'project.user.added',
  'project.user.deleted',
  'project.user.updated',
  'rate_limit.updated',
  'service_account.created',
  'service_account.deleted',
  'service_account.updated',
  'session_key.created',
  'staff.credit_granted',
  'staff.impersonation_ended',
  'staff.impersonation_started',
  'staff.limits_adjusted',
  'staff.read',
  'upload.cancelled',
  'upload.completed',
  'upload.created',
  'user.account_connected',
  'user.account_disconnected',
  'user.added',
  'user.deleted',
  'user.email_changed',
  'user.mfa_disabled',
  'user.mfa_enabled',
  'user.passkey_added',
  'user.passkey_removed',
  'user.password_changed',
  'user.password_reset',
  'user.recovery_codes_generated',
  'user.sessions_ended',
  'user.updated',
] as const;

const startOfDay = (day: string, plusDays = 0): number => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return Math.floor(new Date(year, month - 1, date + plusDays).getTime() / 1000);
};

const listed = (text: string) => (text.trim() ? [text.trim()] : undefined);

/** OpenAI's parameters of the audit log. */
export const auditParams = (filters: AuditFilters): NonNullable<RequestOptions['query']> => ({
  'event_types[]': filters.types.length > 0 ? filters.types : undefined,
  'actor_emails[]': listed(filters.email),
  'project_ids[]': filters.projectId ? [filters.projectId] : undefined,
  'resource_ids[]': listed(filters.resourceId),
  'effective_at[gte]': filters.from ? startOfDay(filters.from) : undefined,
  'effective_at[lt]': filters.to ? startOfDay(filters.to, 1) : undefined,
});
