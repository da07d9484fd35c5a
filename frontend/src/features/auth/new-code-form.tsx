import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useAuthStep } from '@/features/auth/use-auth-step';
import { ErrorNote } from '@/components/ui/error-note';
import { logIn } from '@/lib/api/allauth';
import { pendingEmail } from '@/lib/pending-email';

/** The way on once a code is spent: logging in to an unconfirmed account mails a new one. */
export function NewCodeForm({ next }: { next: string }) {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { email: pendingEmail(), password: '' } });
  const { mutation, formError } = useAuthStep({ form, submit: logIn, next });
  return (
    <form onSubmit={form.onSubmit((values) => mutation.mutate(values))}>
      <Stack>
        <Alert
          color="yellow"
          role="alert"
          icon={<IconAlertTriangle aria-hidden="true" />}
          title={t('auth.codeOverTitle')}
        >
          {t('auth.codeOverText')}
        </Alert>
        {formError && <ErrorNote error={formError} title={t('auth.failed')} />}
        <TextInput
          label={t('auth.email')}
          type="email"
          autoComplete="email"
          required
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={t('auth.password')}
          autoComplete="current-password"
          required
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={mutation.isPending} fullWidth>
          {t('auth.logInForCode')}
        </Button>
      </Stack>
    </form>
  );
}
