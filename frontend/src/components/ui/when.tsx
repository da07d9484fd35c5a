import { Text } from '@mantine/core';
import { formatDate, formatDateTime } from '@/lib/format/dates';
import { useLanguage } from '@/lib/i18n/i18n';

/** A day, in one piece; the time of day shows on pointing at it. */
export function When({ at }: { at: number }) {
  const language = useLanguage();
  return (
    <Text
      component="time"
      size="sm"
      dateTime={new Date(at * 1000).toISOString()}
      title={formatDateTime(at, language)}
      style={{ whiteSpace: 'nowrap' }}
    >
      {formatDate(at, language)}
    </Text>
  );
}
