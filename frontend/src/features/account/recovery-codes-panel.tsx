import { Alert, Button, Code, Group, SimpleGrid, Text } from '@mantine/core';
import { IconAlertTriangle, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { authenticatorsQuery } from '@/features/account/account-queries';
import { confirmDanger } from '@/components/ui/confirm';
import { CopyTextButton } from '@/components/ui/copy';
import { Panel } from '@/components/ui/panel';
import { useAct } from '@/components/ui/use-write';
import { renewRecoveryCodes, viewRecoveryCodes, type Authenticator } from '@/lib/api/account';
import { saveBlob } from '@/lib/download';

function Codes({ codes }: { codes: string[] }) {
  const { t } = useTranslation();
  const text = codes.join('\n');
  const save = () => saveBlob(new Blob([`${text}\n`], { type: 'text/plain' }), 'finery-recovery-codes.txt');
  return (
    <>
      <Alert color="yellow" icon={<IconAlertTriangle aria-hidden="true" />}>
        {t('recovery.keep')}
      </Alert>
      <SimpleGrid component="ul" cols={{ base: 1, xs: 2 }} p={0} m={0} spacing="xs">
        {codes.map((code) => (
          <Code key={code} component="li" fz="sm" p={6} style={{ listStyle: 'none' }}>
            {code}
          </Code>
        ))}
      </SimpleGrid>
      <Group>
        <CopyTextButton value={text} label={t('actions.copy')} />
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden="true" />} onClick={save}>
          {t('actions.download')}
        </Button>
      </Group>
    </>
  );
}

/** The way in when the phone is gone: each code works once. */
export function RecoveryCodesPanel({ codes }: { codes: Authenticator }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<string[] | null>(null);
  const [isHidden, setIsHidden] = useState(false); // the server shows them once only
  const show = (answer: Authenticator | undefined) => {
    setShown(answer?.unused_codes ?? null);
    setIsHidden(!answer?.unused_codes);
  };
  const view = useAct({ run: viewRecoveryCodes, onDone: show });
  const renew = useAct({
    run: renewRecoveryCodes,
    refresh: [authenticatorsQuery.queryKey],
    done: t('recovery.renewed'),
    onDone: show,
  });
  const askRenew = () =>
    confirmDanger({
      title: t('recovery.renewTitle'),
      text: t('recovery.renewText'),
      confirm: t('recovery.renew'),
      onConfirm: () => renew.mutate(undefined),
    });
  return (
    <Panel title={t('recovery.title')} note={t('recovery.note')}>
      <Text size="sm">
        {t('recovery.left', { left: codes.unused_code_count ?? 0, all: codes.total_code_count ?? 0 })}
      </Text>
      {isHidden && <Text size="sm">{t('recovery.hidden')}</Text>}
      {shown && <Codes codes={shown} />}
      <Group>
        {!shown && (
          <Button variant="default" onClick={() => view.mutate(undefined)} loading={view.isPending}>
            {t('recovery.show')}
          </Button>
        )}
        <Button variant="default" onClick={askRenew} loading={renew.isPending}>
          {t('recovery.renew')}
        </Button>
      </Group>
    </Panel>
  );
}
