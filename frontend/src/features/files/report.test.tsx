import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { axe } from 'vitest-axe';
import { report } from '@/testing/report-fixtures';
import { versions } from '@/testing/data-fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

const answerReport = (changes: object) =>
  server.use(http.get('/v1/files/file-2/report', () => HttpResponse.json({ ...report, ...changes })));

test('what to do comes first, with counts, lines and the fix', async () => {
  const { container } = renderApp('/files/file-2');
  const title = await screen.findByRole('heading', { name: 'What to do' });
  expect(screen.getAllByRole('heading', { level: 2 })[0]).toBe(title);
  const advice = container.querySelector('[data-advice=duplicate_rows]') as HTMLElement;
  expect(advice).toHaveTextContent('Rows repeat others · 3 rows');
  expect(advice).toHaveTextContent('Fix: Leave out duplicates');
  expect(within(advice).getByRole('link', { name: 'Open line 40' })).toHaveAttribute(
    'href',
    '/files/file-2?view=rows&line=40&open=40',
  );
  const { violations } = await axe(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id }) => id)).toEqual([]);
});

test('the chosen fixes make a new version, and the page goes there', async () => {
  const sent: unknown[] = [];
  server.use(
    http.post('/v1/datasets/dataset_1/versions', async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ object: 'list', data: [{ ...versions[0], file_id: 'file-4' }] });
    }),
  );
  const { user, router } = renderApp('/files/file-2');
  const near = await screen.findByRole('checkbox', { name: /Leave out near-duplicates/ });
  expect(near).not.toBeChecked();
  await user.click(screen.getByRole('checkbox', { name: /Trim the labels/ }));
  await user.click(screen.getByRole('button', { name: 'Apply fixes' }));
  await expect.poll(() => router.state.location.pathname).toBe('/files/file-4');
  expect(sent).toEqual([{ operation: { type: 'fix', file_id: 'file-2', fixes: ['drop_duplicates'] } }]);
});

test('an unknown code falls back to the server’s own words, a known one is translated', async () => {
  renderApp('/files/file-3');
  const errors = await screen.findByRole('region', { name: 'Errors' });
  expect(within(errors).getByText('A label is blank')).toBeInTheDocument();
  expect(within(errors).getByText('The text is odd')).toBeInTheDocument();
  expect(within(errors).getByRole('link', { name: 'Open line 3' })).toHaveAttribute(
    'href',
    '/files/file-3?view=rows&only=bad&line=3&open=3&path=label',
  );
});

test('the evidence is there: duplicates, suspects, languages, what is sensitive, lengths', async () => {
  renderApp('/files/file-2');
  await screen.findByRole('heading', { name: 'Duplicates' });
  const suspects = screen.getByRole('region', { name: 'Labels to check' });
  expect(within(suspects).getByRole('row', { name: /card_arrival exchange_rate 94%/ })).toBeInTheDocument();
  expect(screen.getByText('a**@e******.com')).toBeInTheDocument();
  expect(screen.getByText('Chinese · 4.2% (50)')).toBeInTheDocument();
  expect(screen.getByRole('img', { name: /^Length of the rows: 0–99: 1,100/ })).toBeInTheDocument();
});

test('while a file is read, the page says how far that is', async () => {
  renderApp('/files/file-4');
  expect(await screen.findByText('Checking every row…')).toBeInTheDocument();
  expect(screen.getByRole('progressbar', { name: 'Reading' })).toHaveAttribute('aria-valuenow', '50');
  expect(screen.queryByRole('tab', { name: 'Rows' })).not.toBeInTheDocument();
});

test('columns that are not clear lead to choosing them', async () => {
  answerReport({
    status: 'error',
    format: null,
    mapping: null,
    error_count: 1,
    advice: [{ severity: 'error', code: 'needs_mapping', rows: 0, lines: [], param: null, fix: null }],
  });
  const { user } = renderApp('/files/file-2');
  await user.click(await screen.findByRole('link', { name: 'Choose the columns' }));
  expect(await screen.findByRole('heading', { name: 'Which columns hold what' })).toBeInTheDocument();
});

test('rows that are too long are named loudly, with their lines', async () => {
  renderApp('/files/file-1?view=tokens');
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent('2 rows are longer than 512 tokens');
  expect(alert).toHaveTextContent('a greater length (up to 1,024 tokens for finery-nano)');
  expect(screen.getByRole('link', { name: 'Open line 88' })).toBeInTheDocument();
});

test('trained tokens are told apart by more than colour', async () => {
  const { container } = renderApp('/files/file-1?view=tokens');
  await screen.findByRole('heading', { name: 'What is trained' });
  const trained = container.querySelectorAll('[data-trained]');
  expect([...trained].map((each) => each.textContent)).toEqual(['[trained:It leaves today.]']);
  expect(within(trained[0] as HTMLElement).getByText('It leaves')).toHaveStyle({
    textDecoration: 'underline',
  });
});
