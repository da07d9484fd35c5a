import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Finding } from '@/lib/api/data-types';
import { formatFigure, formatNumber, formatPercent } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';

type Prefix =
  | 'can'
  | 'purpose'
  | 'jobEvent'
  | 'warning'
  | 'metric'
  | 'lineItem'
  | 'role'
  | 'event'
  | 'finding'
  | 'findingText'
  | 'fix'
  | 'operation'
  | 'sensitive'
  | 'problem';

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

/** What a file is for. */
export const usePurposeName = () => useNames('purpose');

export const useRoleName = () => useNames('role');

/** What an entry of the audit log says, for example `project.updated`. */
export const useEventName = () => useNames('event');

/** What a report's code means; null when it is not known. */
export const useFindingName = () => useKnown('finding');

const HOLES = /\{\{(\w+)\}\}/g;
const LANGUAGES = ['language', 'main'];
const SHARES = ['share', 'accuracy'];

type Values = Record<string, string | number>;

/** A text with the server's values in it: undefined when there is none, null when it names a value that is not. */
function useFilled(prefix: Prefix) {
  const { t } = useTranslation();
  const language = useLanguage();
  const known = useKnown(prefix);
  const languageName = useLanguageName();
  const shown = (name: string, value: string | number) => {
    if (typeof value === 'string') return LANGUAGES.includes(name) ? languageName(value) : value;
    if (SHARES.includes(name)) return formatPercent(value, language);
    return Number.isInteger(value) ? formatNumber(value, language) : formatFigure(value, language);
  };
  return (key: string, values: Values = {}): string | null | undefined => {
    const text = known(key);
    if (text === null) return undefined;
    const replace = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, shown(name, value)]),
    );
    const lacksOne = [...text.matchAll(HOLES)].some(([, name = '']) => !(name in replace));
    return lacksOne ? null : t(`${prefix}.${key}` as 'findingText.not_utf8', { replace });
  };
}

/**
 * What a finding says beyond its title, its line and its field; null when these say it all. What has no text
 * here, or lacks a value that the text names, is said in the server's words.
 */
export function useFindingText() {
  const findingName = useFindingName();
  const filled = useFilled('findingText');
  return ({ code, message, values }: Pick<Finding, 'code' | 'message' | 'values'>): string | null => {
    const text = filled(values?.reason === undefined ? code : `${code}/${values.reason}`, values);
    if (text === undefined) return values && findingName(code) ? null : message;
    return text ?? message;
  };
}

interface Said {
  code: string;
  message: string;
  values: Values;
}

/** A warning about a job, in the reader's language where its code is known. */
export function useWarningText() {
  const filled = useFilled('warning');
  return ({ code, message, values }: Said): string => filled(code, values) ?? message;
}

/** What happened to a job, likewise; a failure by the code of its error. */
export function useJobEventText() {
  const filled = useFilled('jobEvent');
  const warning = useWarningText();
  const problem = useProblemText();
  return (said: Said): string => filled(said.code, said.values) ?? problem(said.code) ?? warning(said);
}

/** A figure of a job, for example `valid_loss`. */
export const useMetricName = () => useNames('metric');

/** What was paid for, such as `finery-nano, training`: the model's own name stays as it is. */
export function useLineItemName() {
  const known = useKnown('lineItem');
  return (item: string): string => {
    const at = item.lastIndexOf(', ');
    const kind = at < 0 ? null : known(item.slice(at + 2));
    return kind ? `${item.slice(0, at)} · ${kind}` : item;
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

const UNKNOWN_LANGUAGE = 'und'; // BCP 47; Intl calls it "root"

/** A language by its code, in the reader's language. */
export function useLanguageName() {
  const { t, i18n } = useTranslation();
  return (code: string): string => {
    if (code === UNKNOWN_LANGUAGE) return t('languages.unknown');
    try {
      return new Intl.DisplayNames([i18n.language], { type: 'language' }).of(code) ?? code;
    } catch {
      return code;
    }
  };
}
