/** The pages of a person's own account. They are there without an organization, too. */
export const OWN_PAGES = [
  { to: '/settings/profile', name: 'profile' },
  { to: '/settings/security', name: 'security' },
  { to: '/settings/sessions', name: 'sessions' },
  { to: '/settings/connections', name: 'connections' },
] as const;

export const isOwnPage = (path: string) => OWN_PAGES.some(({ to }) => path === to);
