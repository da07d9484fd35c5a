import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError, refusalKind } from '@/lib/api/errors';
import { sessionQuery } from '@/lib/queries/session';

const RETRIES = 2;

const isWorthRetrying = (error: unknown) =>
  !(error instanceof ApiError) || error.status === 0 || error.status >= 500;

/** `onSignedOut` runs when the server no longer knows the session. */
export function makeQueryClient(onSignedOut: () => void): QueryClient {
  const client = new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (refusalKind(error) !== 'signedOut') return;
        client.removeQueries({ queryKey: sessionQuery.queryKey });
        onSignedOut();
      },
    }),
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < RETRIES && isWorthRetrying(error),
        staleTime: 5_000,
        refetchOnWindowFocus: true,
      },
    },
  });
  return client;
}
