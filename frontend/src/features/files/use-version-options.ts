import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { RowFormat, Version } from '@/lib/api/data-types';
import { useScope } from '@/lib/project';
import { datasetChoiceQuery, versionsQuery } from '@/lib/queries/datasets';

/** Versions to put beside one: all of its dataset, and the latest of the others. */
export function useVersionOptions(fileId: string, datasetId: string, format?: RowFormat | null) {
  const { t } = useTranslation();
  const scope = useScope();
  const { data: own } = useQuery(versionsQuery(scope, datasetId));
  const { data: datasets } = useQuery(datasetChoiceQuery(scope));
  const isChoice = (version: Version) =>
    version.file_id !== fileId && version.status === 'processed' && (!format || version.format === format);
  const option = (version: Version, name?: string) => ({
    value: version.file_id,
    label: [name, t('datasets.version', { version: version.version }), version.filename]
      .filter(Boolean)
      .join(' · '),
  });
  const others = (datasets?.data ?? []).flatMap(({ id, name, latest }) =>
    id !== datasetId && latest && isChoice(latest) ? [option(latest, name)] : [],
  );
  return [
    {
      group: t('lineage.thisDataset'),
      items: (own?.data ?? []).filter(isChoice).map((version) => option(version)),
    },
    { group: t('lineage.otherDatasets'), items: others },
  ].filter(({ items }) => items.length > 0);
}
