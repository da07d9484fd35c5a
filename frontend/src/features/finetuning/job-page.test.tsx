import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import i18next from '@/lib/i18n/i18n';
import type { Job, JobWarning, TrainResult } from '@/lib/api/types';
import { doneJob, failedJob, runningJob } from '@/testing/job-fixtures';
import { NOW } from '@/testing/fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

const RESULT = doneJob.finery.result as TrainResult;

async function open(job: Job) {
  server.use(http.get('/v1/fine_tuning/jobs/:job', () => HttpResponse.json(job)));
  renderApp(`/fine-tuning/${job.id}`);
  await screen.findByRole('heading', { level: 1 });
}

const withResult = (result: Partial<TrainResult>, warnings: JobWarning[] = [], metrics = {}): Job => ({
  ...doneJob,
  finery: { ...doneJob.finery, result: { ...RESULT, ...result }, warnings, metrics },
});

test('before and after head a finished job, with the interval and the best simple alternative', async () => {
  await open(doneJob);
  expect(await screen.findByText('44.1%')).toBeInTheDocument();
  expect(screen.getByText('91.3%')).toBeInTheDocument();
  expect(screen.getByText('95% interval: 86.2% to 94.6%')).toBeInTheDocument();
  const verdict = screen.getByText(/This is the best simple alternative/);
  expect(verdict).toHaveTextContent('The base unchanged, with logistic regression: 87.1%');
  expect(screen.getByText('Succeeded').closest('[data-status]')).toHaveAttribute('data-status', 'succeeded');
});

test.each([
  ['no_better', 'Finished: no better', 'Your model is no better than a simple alternative'],
  ['worse', 'Finished: worse', 'Your model is worse than a simple alternative'],
] as const)('a model that is %s is no plain success', async (verdict, badge, title) => {
  const told = { code: `${verdict}_than_baseline`, message: 'Once is enough', param: null, values: {} };
  await open(withResult({ verdict, value: 0.1 }, [told as JobWarning]));
  expect(await screen.findByRole('alert')).toHaveTextContent(title);
  expect(screen.getByText(badge)).toBeInTheDocument();
  expect(screen.queryByText('Succeeded')).not.toBeInTheDocument();
  expect(screen.queryByText('Once is enough')).not.toBeInTheDocument();
});

test('a chat model shows its loss and its token accuracy, before and after, in words', async () => {
  const loss = {
    metric: 'loss',
    value: 0.21,
    interval: [0.18, 0.25],
    baselines: [{ name: 'base', value: 1.93 }],
    best_baseline: 'base',
  } satisfies Partial<TrainResult>;
  await open(withResult(loss, [], { base_valid_accuracy: 0.375, valid_accuracy: 0.966, valid_loss: 0.21 }));
  expect(await screen.findByText(/guessed right: 37\.5% before, 96\.6% after/)).toBeInTheDocument();
  expect(screen.getByText('1.93')).toBeInTheDocument();
  expect(screen.getByText('95% interval: 0.18 to 0.25')).toBeInTheDocument();
  expect(screen.queryByText(/valid_|base_valid/)).not.toBeInTheDocument();
});

test('what a quote or a run warns of is said; an unknown warning in the words of the server', async () => {
  const warning = {
    code: 'few_rows',
    message: 'Only 12 rows are trained on.',
    param: null,
    values: {},
  } as const;
  await open({ ...runningJob, finery: { ...runningJob.finery, warnings: [warning] } });
  expect(await screen.findByRole('alert')).toHaveTextContent('Only 12 rows');
});

test('labels, mix-ups and result files are there', async () => {
  await open(doneJob);
  const labels = await screen.findByRole('region', { name: 'By label' });
  const [first] = within(labels).getAllByRole('rowheader');
  expect(first).toHaveTextContent('rate');
  const matrix = screen.getByRole('region', { name: 'What was taken for what' });
  expect(within(matrix).getByRole('row', { name: 'refund 54 1 5' })).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Download predictions.csv' })).toBeInTheDocument();
});

test('a running job says when it will be done', async () => {
  await open({ ...runningJob, estimated_finish: Math.floor(Date.now() / 1000) + 300 });
  expect(await screen.findByText(/^About (4|5) min .* left, until /)).toBeInTheDocument();
});

test('events, failures and their figures are said in Chinese', async () => {
  await i18next.changeLanguage('zh-CN');
  await open(runningJob);
  expect(await screen.findByText('第 62 步，共 120 步：训练损失 0.52')).toBeInTheDocument();
  expect(screen.getByText('训练已开始')).toBeInTheDocument();
});

test('a failed job says why in Chinese, with the details of the server', async () => {
  await i18next.changeLanguage('zh-CN');
  await open({ ...failedJob, created_at: NOW });
  expect(await screen.findByTestId('job-error')).toHaveTextContent('训练文件的行数太少');
});
