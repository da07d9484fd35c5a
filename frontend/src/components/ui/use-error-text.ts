import { useTranslation } from 'react-i18next';
import { useProblemText } from '@/components/ui/names';
import { isStepOver } from '@/lib/api/allauth';
import { ApiError, refusalKind } from '@/lib/api/errors';
import { useLanguage } from '@/lib/i18n/i18n';

const OWN_WORDS = ['offline', 'readOnly', 'archived', 'signedOut', 'wrongAccount'] as const;

/** One code of many causes: the server's sentence names the one. */
const MANY_CAUSES = ['invalid_training_file', 'invalid_n_examples'];
const isExact = (error: unknown): error is ApiError =>
  error instanceof ApiError && MANY_CAUSES.includes(error.code ?? '');

/** An error in the user's language where its code is known, else in the server's words. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  const problem = useProblemText();
  return (error) => {
    const kind = OWN_WORDS.find((each) => each === refusalKind(error));
    if (kind) return t(`refusal.${kind}.text`);
    if (error instanceof ApiError && error.code === 'reauthentication_required') return t('reauth.stopped');
    if (isStepOver(error)) return t('auth.stepOver');
    if (language === 'en' && isExact(error)) return error.message;
    const known = error instanceof ApiError && error.code ? problem(error.code) : null;
    const line = /\bline (\d+)/i.exec(error instanceof Error ? error.message : '')?.[1]; // of the data
    if (known) return line ? `${t('rows.one', { line })} · ${known}` : known;
    if (error instanceof ApiError && error.status === 429) return t('errors.tooMany');
    if (error instanceof ApiError && error.message === `HTTP ${error.status}`) {
      return t('errors.noWords', { status: error.status });
    }
    return error instanceof Error ? error.message : String(error);
  };
}
