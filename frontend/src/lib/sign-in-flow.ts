import type { FlowId } from '@/lib/api/allauth';

const PAGES = {
  verify_email: '/verify-email',
  mfa_authenticate: '/login/second-factor',
  provider_signup: '/account/provider/signup',
} as const;

/** The page of a flow that waits for the user; null for those that need none. */
export const pageOfFlow = (flow: FlowId | null) =>
  flow && flow in PAGES ? PAGES[flow as keyof typeof PAGES] : null;

/** Paths that this app does not draw: the browser has to load them. */
export const isServersPage = (path: string) => /^\/staff(?:[/?#]|$)/.test(path);
