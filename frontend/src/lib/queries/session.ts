import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { getAuthConfig } from '@/lib/api/account';
import { getSession } from '@/lib/api/allauth';
import { request } from '@/lib/api/client';
import type { Me } from '@/lib/api/types';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => getSession(signal),
  staleTime: Infinity,
});

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => request<Me>('/api/me', { signal }),
  staleTime: Infinity,
});

/** Which ways of signing in this installation offers. */
export const authConfigQuery = queryOptions({
  queryKey: ['auth-config'],
  queryFn: ({ signal }) => getAuthConfig(signal),
  staleTime: Infinity,
});

/** Who is signed in, on pages that do without an organization. */
export const useMe = () => useSuspenseQuery(meQuery).data;
