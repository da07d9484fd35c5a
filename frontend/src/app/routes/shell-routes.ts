import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { NotFoundPage } from '@/app/not-found-page';
import { shellRoute } from '@/app/routes/root-route';
import { text, wholeNumber, type Search } from '@/app/routes/search';
import { settingsTree } from '@/app/routes/settings-routes';
import { fileSearch } from '@/lib/file-search';

const overviewRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  component: lazyRouteComponent(() => import('@/features/overview/overview-page'), 'OverviewPage'),
});

/** The lists below one frame, where files come in. */
const dataLayout = createRoute({
  getParentRoute: () => shellRoute,
  id: 'data',
  component: lazyRouteComponent(() => import('@/app/data-layout'), 'DataLayout'),
  validateSearch: (search: Search): { dataset?: string } => ({ dataset: text(search.dataset) }),
});

const datasetsRoute = createRoute({
  getParentRoute: () => dataLayout,
  path: '/data',
  component: lazyRouteComponent(() => import('@/features/datasets/datasets-page'), 'DatasetsPage'),
});

const filesRoute = createRoute({
  getParentRoute: () => dataLayout,
  path: '/files',
  component: lazyRouteComponent(() => import('@/features/files/files-page'), 'FilesPage'),
});

const datasetRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/data/$datasetId',
  component: lazyRouteComponent(() => import('@/features/datasets/dataset-page'), 'DatasetPage'),
});

const fileRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/files/$fileId',
  validateSearch: fileSearch,
  component: lazyRouteComponent(() => import('@/features/files/file-page'), 'FilePage'),
});

const jobsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/fine-tuning',
  component: lazyRouteComponent(() => import('@/features/finetuning/jobs-page'), 'JobsPage'),
});

const wizardRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/fine-tuning/new',
  validateSearch: (search: Search): { file?: string; step?: number } => ({
    file: text(search.file),
    step: wholeNumber(search.step),
  }),
  component: lazyRouteComponent(() => import('@/features/finetuning/wizard-page'), 'WizardPage'),
});

const jobRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/fine-tuning/$jobId',
  component: lazyRouteComponent(() => import('@/features/finetuning/job-page'), 'JobPage'),
});

const playgroundRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/playground',
  validateSearch: (search: Search): { model?: string } => ({ model: text(search.model) }),
  component: lazyRouteComponent(() => import('@/features/playground/playground-page'), 'PlaygroundPage'),
});

const keysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/keys',
  component: lazyRouteComponent(() => import('@/features/keys/keys-page'), 'KeysPage'),
});

const usageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/usage',
  component: lazyRouteComponent(() => import('@/features/usage/usage-page'), 'UsagePage'),
});

const notFoundRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$',
  component: NotFoundPage,
});

export const shellTree = shellRoute.addChildren([
  overviewRoute,
  dataLayout.addChildren([datasetsRoute, filesRoute]),
  datasetRoute,
  fileRoute,
  jobsRoute,
  wizardRoute,
  jobRoute,
  playgroundRoute,
  keysRoute,
  usageRoute,
  settingsTree,
  notFoundRoute,
]);
