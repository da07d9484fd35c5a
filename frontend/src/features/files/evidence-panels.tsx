import { Badge, Code, Group, List, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LineLinks } from '@/features/files/line-link';
import { useLanguageName, useSensitiveName } from '@/components/ui/names';
import { Panel } from '@/components/ui/panel';
import type { Duplicates, FileReport, SensitiveKind } from '@/lib/api/report-types';
import { formatNumber, formatPercent } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

const GROUPS_SHOWN = 12;
const LINES_SHOWN = 10;

/** Rows that are the same, or nearly. */
export function DuplicatesPanel({ duplicates }: { duplicates: Duplicates }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { exact, near, groups } = duplicates;
  return (
    <Panel
      title={t('duplicates.title')}
      note={t('duplicates.note', {
        exact: formatNumber(exact, language),
        near: formatNumber(near, language),
      })}
    >
      <List spacing={6} size="sm">
        {groups.slice(0, GROUPS_SHOWN).map(({ kind, lines }) => (
          <List.Item key={`${kind}-${lines.join('-')}`}>
            <Group gap="sm">
              <Badge color={kind === 'exact' ? 'yellow' : 'gray'}>{t(`duplicates.${kind}`)}</Badge>
              <LineLinks lines={lines.slice(0, LINES_SHOWN)} count={lines.length} />
            </Group>
          </List.Item>
        ))}
      </List>
      {groups.length > GROUPS_SHOWN && (
        <Text size="sm" c="dimmed">
          {t('duplicates.more', { count: groups.length - GROUPS_SHOWN })}
        </Text>
      )}
    </Panel>
  );
}

/** Secrets and personal data, masked. */
export function SensitivePanel({ sensitive }: { sensitive: SensitiveKind[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const sensitiveName = useSensitiveName();
  return (
    <Panel title={t('sensitiveData.title')} note={t('sensitiveData.note')}>
      <Stack gap="sm">
        {sensitive.map(({ kind, rows, lines, example }) => (
          <Group key={kind} gap="sm">
            <Badge color="red">{sensitiveName(kind)}</Badge>
            <Text size="sm">{t('report.rows', { count: rows, rows: formatNumber(rows, language) })}</Text>
            <Code>{example}</Code>
            <LineLinks lines={lines} count={rows} />
          </Group>
        ))}
      </Stack>
    </Panel>
  );
}

/** Which languages the rows are in. */
export function LanguagesPanel({ languages }: { languages: FileReport['languages'] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const languageName = useLanguageName();
  const all = languages.reduce((sum, { rows }) => sum + rows, 0);
  return (
    <Panel title={t('languages.title')}>
      <Group gap="sm">
        {languages.map(({ language: code, rows }) => (
          <Badge key={code} size="lg" color="gray">
            {languageName(code)} · {formatPercent(rows / all, language)} ({formatNumber(rows, language)})
          </Badge>
        ))}
      </Group>
    </Panel>
  );
}
