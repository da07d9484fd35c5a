import { useQuery } from '@tanstack/react-query';
import type { RowFormat, Version } from '@/lib/api/data-types';
import type { MethodType } from '@/lib/api/types';
import { useScope } from '@/lib/project';
import { lineageQuery, versionsQuery } from '@/lib/queries/datasets';

/** What the rows of each method must be. */
export const FORMATS: Record<MethodType, RowFormat> = {
  supervised: 'chat',
  classification: 'classification',
};

export const methodOf = (format: RowFormat): MethodType | undefined =>
  (Object.keys(FORMATS) as MethodType[]).find((method) => FORMATS[method] === format);

/** A file as a version of its dataset; undefined until that is known. */
export function useVersion(fileId: string): Version | undefined {
  const scope = useScope();
  const { data: lineage } = useQuery({ ...lineageQuery(scope, fileId), enabled: fileId !== '' });
  const datasetId = lineage?.dataset_id ?? '';
  const { data: versions } = useQuery({ ...versionsQuery(scope, datasetId), enabled: datasetId !== '' });
  return versions?.data.find((version) => version.file_id === fileId);
}
