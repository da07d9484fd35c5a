import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { confirmDanger } from '@/components/ui/confirm';
import { useErrorText } from '@/components/ui/use-error-text';
import { request } from '@/lib/api/client';
import type { FileObject } from '@/lib/api/types';
import { download } from '@/lib/download';
import { useScope } from '@/lib/project';
import { dataKeys } from '@/lib/queries/datasets';

/** Download a file, or its rows in another syntax; delete it after asking. */
export function useFileActions(onDeleted?: () => void) {
  const { t } = useTranslation();
  const scope = useScope();
  const queryClient = useQueryClient();
  const errorText = useErrorText();
  const onError = (error: Error) =>
    notifications.show({ title: t('errors.title'), message: errorText(error), color: 'red' });
  const downloading = useMutation({
    mutationFn: (file: FileObject) => download(`/v1/files/${file.id}/content`, file.filename, { scope }),
    onError,
  });
  const exporting = useMutation({
    mutationFn: ({ file, format }: { file: FileObject; format: string }) =>
      download(`/v1/files/${file.id}/export`, `${file.filename.replace(/\.\w+$/, '')}.${format}`, {
        scope,
        query: { format },
      }),
    onError,
  });
  const deleting = useMutation({
    mutationFn: (file: FileObject) =>
      request<{ deleted: boolean }>(`/v1/files/${file.id}`, { method: 'DELETE', scope }),
    onError,
    onSuccess: async () => {
      onDeleted?.();
      await Promise.all(dataKeys(scope).map((queryKey) => queryClient.invalidateQueries({ queryKey })));
    },
  });
  const askDelete = (file: FileObject) =>
    confirmDanger({
      title: t('files.deleteTitle', { name: file.filename }),
      text: t('files.deleteText'),
      confirm: t('actions.delete'),
      onConfirm: () => deleting.mutate(file),
    });
  return { download: downloading.mutate, exportAs: exporting.mutate, askDelete };
}
