import { useNow } from '@/components/ui/use-now';
import { formatDateTime, formatRelative } from '@/lib/format/dates';
import { useLanguage } from '@/lib/i18n/i18n';

/** How long ago, which moves on by itself; the moment shows on pointing at it. */
export function Ago({ at }: { at: number }) {
  const language = useLanguage();
  const now = useNow();
  return (
    <time
      dateTime={new Date(at * 1000).toISOString()}
      title={formatDateTime(at, language)}
      style={{ whiteSpace: 'nowrap' }}
    >
      {formatRelative(at, language, Math.max(now, at))}
    </time>
  );
}
