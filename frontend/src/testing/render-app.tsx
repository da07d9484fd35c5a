import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Providers } from '@/app/providers';
import { makeQueryClient } from '@/app/query-client';
import { makeRouter } from '@/app/router';

/** The whole app at `path`, as a user meets it. */
export function renderApp(path: string) {
  const queryClient = makeQueryClient(() => void router.invalidate());
  queryClient.setDefaultOptions({ queries: { retry: false } });
  const router = makeRouter(queryClient);
  router.update({
    ...router.options,
    context: { queryClient },
    history: createMemoryHistory({ initialEntries: [path] }),
  });
  const view = render(
    <Providers queryClient={queryClient} env="test">
      <RouterProvider router={router} />
    </Providers>,
  );
  return { ...view, router, user: userEvent.setup({ delay: null }) };
}
