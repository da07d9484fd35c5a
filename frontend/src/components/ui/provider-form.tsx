import { Button } from '@mantine/core';
import { ROOT } from '@/lib/api/allauth';
import type { Provider } from '@/lib/api/account';
import { csrfToken } from '@/lib/api/client';

interface ProviderFormProps {
  provider: Provider;
  process: 'login' | 'connect';
  /** Where to go when it is done; a path of this site. */
  next?: string;
  label: string;
  isFullWidth?: boolean;
}

function callbackUrl(next?: string): string {
  const url = new URL('/account/provider/callback', window.location.origin);
  if (next) url.searchParams.set('next', next);
  return url.toString();
}

/** A real form: the browser itself goes to the provider and comes back to the callback page. */
export function ProviderForm({ provider, process, next, label, isFullWidth = false }: ProviderFormProps) {
  const fields = {
    csrfmiddlewaretoken: csrfToken(),
    provider: provider.id,
    process,
    callback_url: callbackUrl(next),
  };
  return (
    <form method="post" action={`${ROOT}/auth/provider/redirect`}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <Button type="submit" variant="default" fullWidth={isFullWidth}>
        {label}
      </Button>
    </form>
  );
}
