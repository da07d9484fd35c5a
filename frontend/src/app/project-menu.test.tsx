import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import type { Me } from '@/lib/api/types';
import { developer, me, organization, project } from '@/testing/place-fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

const manyProjects = Array.from({ length: 9 }, (_, at) => ({
  ...project,
  id: `proj_x${at}`,
  name: `Team ${at}`,
  is_default: at === 0,
}));

const several: Me = {
  ...me,
  organizations: [
    {
      ...organization,
      projects: [
        project,
        { ...project, id: 'proj_2', name: 'Old bot', is_default: false, status: 'archived' },
      ],
    },
    { ...organization, id: 'org_2', name: 'Juniper & Pine', slug: 'juniper', projects: manyProjects },
  ],
};

const answerMe = (answer: Me) => server.use(http.get('/api/me', () => HttpResponse.json(answer)));

async function openMenu(user: ReturnType<typeof renderApp>['user']) {
  await user.click(await screen.findByRole('button', { name: /Organization and project/ }));
  return screen.findByRole('dialog', { name: /Organization and project/ });
}

test('a project is found by its name and gone to; calls then name it', async () => {
  answerMe(several);
  const seen: (string | null)[] = [];
  server.use(
    http.get('/v1/fine_tuning/jobs', ({ request }) => {
      seen.push(request.headers.get('OpenAI-Project'));
      return undefined;
    }),
  );
  const { user } = renderApp('/fine-tuning');
  const menu = await openMenu(user);
  await user.type(within(menu).getByRole('textbox', { name: 'Find a project' }), 'team 7');
  expect(within(menu).queryByRole('button', { name: /Default project/ })).not.toBeInTheDocument();
  await user.click(within(menu).getByRole('button', { name: 'Team 7' }));
  expect(await screen.findByRole('button', { name: /Juniper & Pine\s*Team 7/ })).toBeInTheDocument();
  await waitFor(() => expect(seen).toContain('proj_x7'));
  expect(localStorage.getItem('finery.project')).toBe('proj_x7');
});

test('an archived project is shown as such, and can only be read', async () => {
  answerMe(several);
  const { user } = renderApp('/files');
  const menu = await openMenu(user);
  await user.click(within(menu).getByRole('button', { name: /Old bot.*Archived/ }));
  expect(await screen.findByText('This project is archived')).toBeInTheDocument();
  expect(await screen.findByText('This project is archived and can only be read.')).toBeInTheDocument();
  expect(
    screen.queryByRole('button', { name: 'Drop files here, or click to choose' }),
  ).not.toBeInTheDocument();
});

test('a new project is created and gone to', async () => {
  let isThere = false;
  const created = { ...project, id: 'proj_3', name: 'Research', is_default: false };
  server.use(
    http.get('/api/me', () =>
      HttpResponse.json(
        isThere ? { ...me, organizations: [{ ...organization, projects: [project, created] }] } : me,
      ),
    ),
    http.post('/v1/organization/projects', async ({ request }) => {
      expect(request.headers.get('OpenAI-Organization')).toBe('org_1');
      expect(await request.json()).toEqual({ name: 'Research' });
      isThere = true;
      return HttpResponse.json({ id: 'proj_3', name: 'Research', created_at: 1, status: 'active' });
    }),
  );
  const { user } = renderApp('/files');
  const menu = await openMenu(user);
  await user.click(within(menu).getByRole('button', { name: 'New project' }));
  await user.type(await screen.findByRole('textbox', { name: 'Project name' }), 'Research');
  await user.click(screen.getByRole('button', { name: 'Create project' }));
  expect(await screen.findByRole('button', { name: /Acme Support\s*Research/ })).toBeInTheDocument();
});

test('who may not create projects is offered none', async () => {
  answerMe(developer);
  const { user } = renderApp('/files');
  const menu = await openMenu(user);
  expect(within(menu).queryByRole('button', { name: 'New project' })).not.toBeInTheDocument();
  expect(within(menu).getByRole('button', { name: 'New organization' })).toBeInTheDocument();
});
