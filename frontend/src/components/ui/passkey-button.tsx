import { Button, Stack } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { ErrorNote } from '@/components/ui/error-note';
import type { PasskeyUse, Session } from '@/lib/api/allauth';
import { arePasskeysSupported, isPasskeyDismissed, provePasskey } from '@/lib/passkeys';

interface PasskeyButtonProps {
  use: PasskeyUse;
  label: string;
  onProved: (session: Session) => unknown;
}

/** Sign in with a passkey. Not there in browsers that have none. */
export function PasskeyButton({ use, label, onProved }: PasskeyButtonProps) {
  const prove = useMutation({ mutationFn: () => provePasskey(use), onSuccess: onProved });
  if (!arePasskeysSupported()) return null;
  return (
    <Stack gap="xs">
      {prove.error && !isPasskeyDismissed(prove.error) && <ErrorNote error={prove.error} />}
      <Button
        variant="default"
        fullWidth
        loading={prove.isPending}
        leftSection={<IconFingerprint size={17} aria-hidden="true" />}
        onClick={() => prove.mutate()}
      >
        {label}
      </Button>
    </Stack>
  );
}
