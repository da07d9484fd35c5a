import { Box, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconAlertCircle, IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { LineLinks } from '@/features/files/line-link';
import { useFindingName, useFixName } from '@/components/ui/names';
import type { Advice, Severity } from '@/lib/api/report-types';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

const LOOKS: Record<Severity, { color: string; Icon: typeof IconAlertCircle }> = {
  error: { color: 'red', Icon: IconAlertCircle },
  warning: { color: 'yellow', Icon: IconAlertTriangle },
  info: { color: 'blue', Icon: IconInfoCircle },
};

function AdviceItem({ advice }: { advice: Advice }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const findingName = useFindingName();
  const fixName = useFixName();
  const { severity, code, rows, lines, param, fix } = advice;
  const { color, Icon } = LOOKS[severity];
  return (
    <Group component="li" wrap="nowrap" align="flex-start" gap="sm" data-advice={code}>
      <ThemeIcon variant="light" color={color} radius="xl" size={28}>
        <Icon size={17} role="img" aria-label={t(`severity.${severity}`)} />
      </ThemeIcon>
      <Box flex={1} miw={0}>
        <Text size="sm" fw={600}>
          {findingName(code) ?? code}
          {rows > 0 && ` · ${t('report.rows', { count: rows, rows: formatNumber(rows, language) })}`}
        </Text>
        <Group gap="md">
          <LineLinks lines={lines} count={rows} isBad={severity === 'error'} path={param} />
          {fix && (
            <Text size="sm" c="dimmed">
              {t('report.fixedBy', { fix: fixName(fix) })}
            </Text>
          )}
        </Group>
      </Box>
    </Group>
  );
}

/** What to do about the file, the most important first. */
export function AdviceList({ advice }: { advice: Advice[] }) {
  return (
    <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
      {advice.map((each, index) => (
        <AdviceItem key={index} advice={each} />
      ))}
    </Stack>
  );
}
