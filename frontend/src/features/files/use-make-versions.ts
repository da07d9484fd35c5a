import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useWrite } from '@/components/ui/use-write';
import type { Operation } from '@/lib/api/data-types';
import { makeVersions } from '@/lib/api/datasets';
import { useScope } from '@/lib/project';
import { dataKeys } from '@/lib/queries/datasets';

/** Make new versions of a dataset, and go where they are. */
export function useMakeVersions(datasetId: string) {
  const { t } = useTranslation();
  const scope = useScope();
  const navigate = useNavigate();
  return useWrite({
    run: (operation: Operation) => makeVersions(scope, datasetId, operation),
    refresh: dataKeys(scope),
    done: t('operations.started'),
    onDone: ({ data }) => {
      const only = data.length === 1 ? data[0] : undefined;
      return only
        ? navigate({ to: '/files/$fileId', params: { fileId: only.file_id } })
        : navigate({ to: '/data/$datasetId', params: { datasetId } });
    },
  });
}
