import { ErrorNote } from '@/components/ui/error-note';
import { Refusal } from '@/components/ui/refusal';
import { missingAction, refusalKind } from '@/lib/api/errors';

/** Why something could not be shown: a refusal in its own words, or the error as it came. */
export function LoadError({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const kind = refusalKind(error);
  if (!kind) return <ErrorNote error={error} onRetry={onRetry} />;
  return <Refusal kind={kind} error={error} action={missingAction(error)} onRetry={onRetry} />;
}
