import i18next from 'i18next';
import { useTranslation } from 'react-i18next';

type Prefix = 'can' | 'role' | 'event' | 'finding' | 'fix' | 'operation' | 'sensitive' | 'problem';

/** Names that the server says in words of its own: null when they are not known. */
function useKnown(prefix: Prefix) {
  const { i18n } = useTranslation();
  return (name: string): string | null => {
    const text: unknown = i18next.getResource(i18n.language, 'translation', `${prefix}.${name}`);
    return typeof text === 'string' ? text : null;
  };
}

/** The same, shown as they are when they are not known. */
function useNames(prefix: Prefix) {
  const known = useKnown(prefix);
  return (name: string): string => known(name) ?? name;
}

/** What an action of the policy is called, for example `file.write`. */
export const useActionName = () => useNames('can');

export const useRoleName = () => useNames('role');

/** What an entry of the audit log says, for example `project.updated`. */
export const useEventName = () => useNames('event');

/** What a report's code means. Null: the server's own message says it. */
export const useFindingName = () => useKnown('finding');

/** What a fix of a report does. */
export const useFixName = () => useNames('fix');

/** How a version was made. */
export const useOperationName = () => useNames('operation');

/** A kind of secret or personal data. */
export const useSensitiveName = () => useNames('sensitive');

/** Why data was refused, by the error's code. */
export const useProblemText = () => useKnown('problem');

/** A language by its code, in the reader's language. */
export function useLanguageName() {
  const { i18n } = useTranslation();
  return (code: string): string => {
    try {
      return new Intl.DisplayNames([i18n.language], { type: 'language' }).of(code) ?? code;
    } catch {
      return code;
    }
  };
}
