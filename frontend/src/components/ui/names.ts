import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Finding } from '@/lib/api/data-types';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

type Prefix =
  'can' | 'role' | 'event' | 'finding' | 'findingText' | 'fix' | 'operation' | 'sensitive' | 'problem';

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

/** What a report's code means; null when it is not known. */
export const useFindingName = () => useKnown('finding');

const HOLES = /\{\{(\w+)\}\}/g;

/**
 * What a finding says beyond its title, its line and its field; null when these say it all. What has no text
 * here, or lacks a value that the text names, is said in the server's words.
 */
export function useFindingText() {
  const { t } = useTranslation();
  const language = useLanguage();
  const findingName = useFindingName();
  const known = useKnown('findingText');
  const languageName = useLanguageName();
  const shown = (name: string, value: string | number) => {
    if (typeof value === 'number') return formatNumber(value, language);
    return name === 'language' || name === 'main' ? languageName(value) : value;
  };
  return ({ code, message, values }: Pick<Finding, 'code' | 'message' | 'values'>): string | null => {
    const key = values?.reason === undefined ? code : `${code}/${values.reason}`;
    const text = known(key);
    if (text === null) return values && findingName(code) ? null : message;
    const replace = Object.fromEntries(
      Object.entries(values ?? {}).map(([name, value]) => [name, shown(name, value)]),
    );
    const lacksOne = [...text.matchAll(HOLES)].some(([, name = '']) => !(name in replace));
    return lacksOne ? message : t(`findingText.${key}` as 'findingText.not_utf8', { replace });
  };
}

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
