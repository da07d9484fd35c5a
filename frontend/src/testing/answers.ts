import * as fixtures from '@/testing/fixtures';
import * as jobs from '@/testing/job-fixtures';

const list = <Item>(data: Item[]) => ({ object: 'list', data, has_more: false });

export const SIGNED_IN = {
  status: 200,
  data: { user: { email: fixtures.me.user.email } },
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
  [/^\/api\/me$/, () => fixtures.me],
  [/^\/v1\/files$/, () => list(fixtures.files)],
  [/^\/v1\/files\/([^/]+)$/, (id) => fixtures.files.find((file) => file.id === id)],
  [/^\/v1\/files\/([^/]+)\/report$/, (id) => (id === 'file-3' ? fixtures.brokenReport : fixtures.report)],
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
