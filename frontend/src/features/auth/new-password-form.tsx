import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAuthStep } from '@/features/auth/use-auth-step';
import { ErrorNote } from '@/components/ui/error-note';
import { resetPassword } from '@/lib/api/allauth';

/** The new password; `linkKey` comes with the mailed link, else the mailed code is asked for. */
export function NewPasswordForm({ linkKey = '' }: { linkKey?: string }) {
  const { t } = useTranslation();
  const router = useRouter();
  const form = useForm({ initialValues: { key: linkKey, password: '' } });
  const { mutation, formError } = useAuthStep({
    form,
    submit: ({ key, password }) => resetPassword({ key: key.trim(), password }),
    onAnswer: () => {
      notifications.show({ message: t('auth.passwordChanged'), color: 'green' });
      void router.navigate({ to: '/login' });
    },
  });
  const keyError = linkKey ? form.errors.key : null;
  return (
    <form onSubmit={form.onSubmit((values) => mutation.mutate(values))}>
      <Stack>
        {(formError ?? keyError) && <ErrorNote error={formError ?? keyError} title={t('auth.failed')} />}
        {!linkKey && (
          <TextInput
            label={t('auth.code')}
            autoComplete="one-time-code"
            required
            {...form.getInputProps('key')}
          />
        )}
        <PasswordInput
          label={t('auth.newPassword')}
          description={t('auth.passwordHint')}
          autoComplete="new-password"
          required
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={mutation.isPending} fullWidth>
          {t('auth.setPassword')}
        </Button>
      </Stack>
    </form>
  );
}
