import { Alert, Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconMail } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PublicTitle } from '@/components/ui/public-title';
import { NewPasswordForm } from '@/features/auth/new-password-form';
import { useAuthStep } from '@/features/auth/use-auth-step';
import { ErrorNote } from '@/components/ui/error-note';
import { LinkAnchor } from '@/components/ui/links';
import { requestPasswordReset } from '@/lib/api/allauth';

/** Ask for a new password: the server mails a link, or a code that is typed in here. */
export function ForgotPage() {
  const { t } = useTranslation();
  const [mailed, setMailed] = useState<'link' | 'code' | null>(null);
  const form = useForm({ initialValues: { email: '' } });
  const { mutation, formError } = useAuthStep({
    form,
    submit: ({ email }) => requestPasswordReset(email),
    onAnswer: ({ pendingFlow }) => setMailed(pendingFlow === 'password_reset_by_code' ? 'code' : 'link'),
  });
  if (mailed === 'code') {
    return (
      <PublicTitle title={t('auth.resetTitle')} text={t('auth.resetCodeText')}>
        <NewPasswordForm />
      </PublicTitle>
    );
  }
  return (
    <PublicTitle title={t('auth.forgotTitle')} text={t('auth.forgotText')}>
      {mailed === 'link' ? (
        <Alert
          icon={<IconMail aria-hidden="true" />}
          color="green"
          role="status"
          title={t('auth.mailedTitle')}
        >
          {t('auth.mailedText')}
        </Alert>
      ) : (
        <form onSubmit={form.onSubmit((values) => mutation.mutate(values))}>
          <Stack>
            {formError && <ErrorNote error={formError} title={t('auth.failed')} />}
            <TextInput label={t('auth.email')} type="email" required {...form.getInputProps('email')} />
            <Button type="submit" loading={mutation.isPending} fullWidth>
              {t('auth.sendReset')}
            </Button>
          </Stack>
        </form>
      )}
      <Text size="sm" ta="center">
        <LinkAnchor to="/login">{t('auth.backToLogIn')}</LinkAnchor>
      </Text>
    </PublicTitle>
  );
}
