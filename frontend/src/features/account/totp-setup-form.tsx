import { Box, Code, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { QRCodeSVG } from 'qrcode.react';
import { useTranslation } from 'react-i18next';
import { authenticatorsQuery } from '@/features/account/account-queries';
import { CopyIcon } from '@/components/ui/copy';
import { ErrorNote } from '@/components/ui/error-note';
import { FormButtons } from '@/components/ui/form-buttons';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { useWrite } from '@/components/ui/use-write';
import { activateTotp, beginTotp, type TotpSetup } from '@/lib/api/account';

/** Each time a new secret: it is asked for once while the form is open, and not kept. */
const useTotpSetup = () =>
  useQuery({ queryKey: ['account', 'totp-setup'], queryFn: beginTotp, gcTime: 0, staleTime: Infinity });

function Secret({ setup }: { setup: TotpSetup }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs">
      <Text size="sm">{t('totp.scan')}</Text>
      <Box bg="white" p="md" w="fit-content" style={{ borderRadius: 10 }}>
        <QRCodeSVG value={setup.totp_url} size={176} title={t('totp.qr')} role="img" />
      </Box>
      <Text size="sm">{t('totp.orType')}</Text>
      <Group gap={4}>
        <Code fz="sm" style={{ overflowWrap: 'anywhere' }}>
          {setup.secret}
        </Code>
        <CopyIcon value={setup.secret} label={t('totp.copySecret')} />
      </Group>
    </Stack>
  );
}

export function TotpSetupForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const setup = useTotpSetup();
  const form = useForm({ initialValues: { code: '' } });
  const activate = useWrite({
    run: ({ code }: { code: string }) => activateTotp(code.trim()),
    refresh: [authenticatorsQuery.queryKey],
    done: t('totp.on'),
    onDone,
  });
  if (setup.isPending) return <LoadingRows rows={3} />;
  if (setup.error) return <LoadError error={setup.error} onRetry={() => void setup.refetch()} />;
  return (
    <form onSubmit={form.onSubmit((values) => activate.mutate(values))}>
      <Stack>
        {activate.error && <ErrorNote error={activate.error} title={t('auth.failed')} />}
        <Secret setup={setup.data} />
        <TextInput
          label={t('totp.code')}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={10}
          required
          data-autofocus
          {...form.getInputProps('code')}
        />
        <FormButtons submit={t('totp.turnOn')} isPending={activate.isPending} onCancel={onDone} />
      </Stack>
    </form>
  );
}
