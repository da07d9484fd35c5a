import { queryOptions } from '@tanstack/react-query';
import { listAuthenticators, listConnected, listSessions } from '@/lib/api/account';

/** A person's own account belongs to no tenant: its keys start with what it is. */
const ACCOUNT = 'account';

export const authenticatorsQuery = queryOptions({
  queryKey: [ACCOUNT, 'authenticators'],
  queryFn: ({ signal }) => listAuthenticators(signal),
});

export const sessionsQuery = queryOptions({
  queryKey: [ACCOUNT, 'sessions'],
  queryFn: ({ signal }) => listSessions(signal),
});

export const connectedQuery = queryOptions({
  queryKey: [ACCOUNT, 'connected'],
  queryFn: ({ signal }) => listConnected(signal),
});
