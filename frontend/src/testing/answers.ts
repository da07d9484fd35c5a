import * as admin from '@/testing/admin-fixtures';
import * as data from '@/testing/data-fixtures';
import * as fixtures from '@/testing/fixtures';
import * as jobs from '@/testing/job-fixtures';
import * as reports from '@/testing/report-fixtures';
import { me } from '@/testing/place-fixtures';

const list = <Item>(data: Item[]) => ({ object: 'list', data, has_more: false });

export const SIGNED_IN = {
  status: 200,
  data: { user: { email: me.user.email, has_usable_password: true } },
  meta: { is_authenticated: true },
};

export const SIGNED_OUT = {
  status: 401,
  data: { flows: [{ id: 'login' }, { id: 'signup' }] },
  meta: { is_authenticated: false },
};

const job = (id: string) =>
  [jobs.runningJob, jobs.doneJob, jobs.failedJob].find((each) => each.id === id) ?? jobs.doneJob;

/** What the control plane answers to each GET, for tests and for looking at pages without a server. */
export const GET_ANSWERS: [pattern: RegExp, answer: (id: string) => unknown][] = [
  [/^\/_allauth\/browser\/v1\/auth\/session$/, () => SIGNED_IN],
  [/^\/_allauth\/browser\/v1\/config$/, () => ({ status: 200, data: admin.authConfig })],
  [/^\/_allauth\/browser\/v1\/auth\/sessions$/, () => ({ status: 200, data: admin.sessions })],
  [/^\/_allauth\/browser\/v1\/account\/authenticators$/, () => ({ status: 200, data: admin.authenticators })],
  [/^\/_allauth\/browser\/v1\/account\/providers$/, () => ({ status: 200, data: [] })],
  [/^\/api\/me$/, () => me],
  [/^\/api\/organizations\/[^/]+\/exports$/, () => list(admin.exports)],
  [/^\/v1\/organization\/users$/, () => list(admin.members)],
  [/^\/v1\/organization\/invites$/, () => list(admin.invitations)],
  [/^\/v1\/organization\/projects$/, () => list(admin.listedProjects)],
  [/^\/v1\/organization\/admin_api_keys$/, () => list(admin.adminKeys)],
  [/^\/v1\/organization\/audit_logs$/, () => list(admin.auditLogs)],
  [/^\/v1\/organization\/projects\/[^/]+\/users$/, () => list(admin.projectMembers)],
  [/^\/v1\/organization\/projects\/[^/]+\/service_accounts$/, () => list(admin.serviceAccounts)],
  [/^\/v1\/organization\/projects\/[^/]+\/rate_limits$/, () => list(admin.rateLimits)],
  [/^\/v1\/files$/, () => list(fixtures.files)],
  [/^\/v1\/files\/([^/]+)$/, (id) => fixtures.files.find((file) => file.id === id)],
  [/^\/v1\/files\/([^/]+)\/report$/, reports.reportOf],
  [/^\/v1\/files\/([^/]+)\/rows$/, () => reports.pageOfRows(reports.rows)],
  [/^\/v1\/files\/([^/]+)\/tokens$/, (id) => ({ ...data.tokens, file_id: id })],
  [/^\/v1\/files\/([^/]+)\/overlap$/, () => data.overlap],
  [/^\/v1\/files\/([^/]+)\/lineage$/, data.lineageOf],
  [/^\/v1\/rows\/([^/]+)\/lineage$/, () => data.rowLineage],
  [/^\/v1\/datasets$/, () => list(data.datasets)],
  [/^\/v1\/datasets\/([^/]+)$/, (id) => data.datasets.find((each) => each.id === id)],
  [/^\/v1\/datasets\/([^/]+)\/versions$/, (id) => list(data.versionsOf(id))],
  [/^\/v1\/datasets\/([^/]+)\/diff$/, () => data.diff],
  [/^\/v1\/uploads$/, () => list([data.interrupted])],
  [/^\/v1\/bases$/, () => list(fixtures.bases)],
  [/^\/v1\/models$/, () => list(fixtures.models)],
  [/^\/v1\/fine_tuning\/jobs$/, () => list([jobs.runningJob, jobs.doneJob, jobs.failedJob])],
  [/^\/v1\/fine_tuning\/jobs\/([^/]+)$/, job],
  [/^\/v1\/fine_tuning\/jobs\/([^/]+)\/metrics$/, () => list(jobs.metrics)],
  [/^\/v1\/fine_tuning\/jobs\/([^/]+)\/events$/, () => list(jobs.events)],
  [/^\/v1\/fine_tuning\/jobs\/([^/]+)\/checkpoints$/, () => list(jobs.checkpoints)],
  [/^\/v1\/organization\/balance$/, () => fixtures.balance],
  [/^\/v1\/organization\/usage\/completions$/, () => fixtures.usage],
  [/^\/v1\/organization\/costs$/, () => fixtures.costs],
  [/^\/api\/projects\/[^/]+\/api_keys$/, () => list(fixtures.apiKeys)],
];

export function answerTo(path: string): unknown {
  for (const [pattern, answer] of GET_ANSWERS) {
    const match = pattern.exec(path);
    if (match) return answer(match[1] ?? '');
  }
  return undefined;
}
