import { PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ErrorNote } from '@/components/ui/error-note';
import { FormButtons } from '@/components/ui/form-buttons';
import { Panel } from '@/components/ui/panel';
import { useWrite } from '@/components/ui/use-write';
import { changePassword } from '@/lib/api/account';
import { RefusedInput } from '@/lib/api/allauth';
import { sessionQuery } from '@/lib/queries/session';

interface Passwords {
  current_password: string;
  new_password: string;
}

const EMPTY: Passwords = { current_password: '', new_password: '' };

/** Change the password, or set a first one after signing up through a provider. */
export function PasswordPanel() {
  const { t } = useTranslation();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const form = useForm<Passwords>({ initialValues: EMPTY });
  const change = useWrite({
    run: ({ current_password, new_password }: Passwords) =>
      changePassword({ new_password, ...(session.hasPassword && { current_password }) }),
    refresh: [sessionQuery.queryKey],
    done: t('security.passwordChanged'),
    onDone: () => form.reset(),
  });
  const refused = change.error instanceof RefusedInput ? change.error.fields : {};
  const isOnField = Object.keys(refused).some((name) => name in EMPTY);
  return (
    <Panel
      title={t('auth.password')}
      note={session.hasPassword ? t('security.passwordNote') : t('security.noPassword')}
    >
      <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <Stack>
          {change.error && !isOnField && <ErrorNote error={change.error} />}
          {session.hasPassword && (
            <PasswordInput
              label={t('security.currentPassword')}
              autoComplete="current-password"
              required
              {...form.getInputProps('current_password')}
              error={refused.current_password}
            />
          )}
          <PasswordInput
            label={t('auth.newPassword')}
            description={t('auth.passwordHint')}
            autoComplete="new-password"
            required
            {...form.getInputProps('new_password')}
            error={refused.new_password}
          />
          <FormButtons submit={t('security.changePassword')} isPending={change.isPending} />
        </Stack>
      </form>
    </Panel>
  );
}
