import { useTranslation } from 'react-i18next';
import { useFixName, useOperationName } from '@/components/ui/names';
import type { MadeBy } from '@/lib/api/data-types';

/** How a version was made, in words. `versionOf` names its parents where they are known. */
export function useMadeByText() {
  const { t, i18n } = useTranslation();
  const operationName = useOperationName();
  const fixName = useFixName();
  const list = (items: string[]) => new Intl.ListFormat(i18n.language, { type: 'conjunction' }).format(items);
  return ({ operation, parents }: MadeBy, versionOf?: (fileId: string) => number | undefined): string => {
    const from = parents.flatMap((fileId) => {
      const version = versionOf?.(fileId);
      return version === undefined ? [] : [t('datasets.version', { version })];
    });
    const what = operationName(operation.type);
    const fixes = Array.isArray(operation.fixes) ? (operation.fixes as string[]).map(fixName) : [];
    return [
      from.length > 0 ? t('datasets.madeFrom', { what, from: list(from) }) : what,
      ...(operation.part ? [operation.part] : []),
      ...fixes,
    ].join(' · ');
  };
}
