import { Checkbox, Group, Stack, Text } from '@mantine/core';
import { IconWand } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMakeVersions } from '@/features/files/use-make-versions';
import { ErrorNote } from '@/components/ui/error-note';
import { GuardedButton } from '@/components/ui/guard';
import { useFixName } from '@/components/ui/names';
import type { Fix, FixCode } from '@/lib/api/report-types';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

/** What merely resembles something else may be meant; that one is left to the reader. */
const LEFT_OUT = ['drop_near_duplicates'];

interface FixesFormProps {
  fileId: string;
  datasetId: string;
  fixes: Fix[];
}

/** The fixes that the report offers, and the button that makes a new version with them. */
export function FixesForm({ fileId, datasetId, fixes }: FixesFormProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const fixName = useFixName();
  const making = useMakeVersions(datasetId);
  const [chosen, setChosen] = useState(() =>
    fixes.map(({ code }) => code).filter((code) => !LEFT_OUT.includes(code)),
  );
  return (
    <Stack gap="sm">
      <Checkbox.Group label={t('report.fixes')} value={chosen} onChange={setChosen}>
        <Stack gap="xs" mt="xs">
          {fixes.map(({ code, rows, loses_rows: losesRows }) => (
            <Checkbox
              key={code}
              value={code}
              label={`${fixName(code)} · ${t('report.rows', { count: rows, rows: formatNumber(rows, language) })}`}
              description={losesRows ? t('report.losesRows') : undefined}
            />
          ))}
        </Stack>
      </Checkbox.Group>
      {making.error && <ErrorNote error={making.error} />}
      <Group>
        <GuardedButton
          action="file.write"
          leftSection={<IconWand size={16} aria-hidden="true" />}
          loading={making.isPending}
          disabled={chosen.length === 0}
          onClick={() => making.mutate({ type: 'fix', file_id: fileId, fixes: chosen as FixCode[] })}
        >
          {t('report.applyFixes')}
        </GuardedButton>
        <Text size="sm" c="dimmed">
          {t('report.applyNote')}
        </Text>
      </Group>
    </Stack>
  );
}
