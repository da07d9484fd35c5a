import i18next from 'i18next';
import { useTranslation } from 'react-i18next';

/** Names that the server says in words of its own: shown as they are when they are not known. */
function useNames(prefix: 'can' | 'role' | 'event') {
  const { i18n } = useTranslation();
  return (name: string): string => {
    const text: unknown = i18next.getResource(i18n.language, 'translation', `${prefix}.${name}`);
    return typeof text === 'string' ? text : name;
  };
}

/** What an action of the policy is called, for example `file.write`. */
export const useActionName = () => useNames('can');

export const useRoleName = () => useNames('role');

/** What an entry of the audit log says, for example `project.updated`. */
export const useEventName = () => useNames('event');
