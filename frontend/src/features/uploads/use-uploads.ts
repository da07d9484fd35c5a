import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { Upload } from '@/lib/api/upload-types';
import { cancelUpload, type UploadTarget } from '@/lib/api/uploads';
import { useScope } from '@/lib/project';
import { dataKeys, uploadsKey, uploadsQuery } from '@/lib/queries/datasets';
import { isSameFile } from '@/lib/uploads/parts';
import { cancelTransfer, onTransfers, startTransfer, transferViews } from '@/lib/uploads/transfers';
import { useAct } from '@/components/ui/use-write';

/** The files on their way, and those whose way was interrupted by a reload. */
export function useUploads() {
  const scope = useScope();
  const queryClient = useQueryClient();
  const all = useSyncExternalStore(onTransfers, transferViews);
  const transfers = all.filter(({ projectId }) => projectId === scope.projectId);
  const { data: open } = useQuery(uploadsQuery(scope));
  const interrupted = (open?.data ?? []).filter(
    ({ id, status }) => status === 'pending' && !transfers.some(({ uploadId }) => uploadId === id),
  );
  const refresh = () =>
    dataKeys(scope).forEach((queryKey) => void queryClient.invalidateQueries({ queryKey }));

  /** Whoever chooses the file of an interrupted upload goes on with it. */
  const start = (files: File[], target: UploadTarget) =>
    files.forEach((file) => {
      const upload = interrupted.find((each) => isSameFile(file, each));
      void startTransfer({ scope, file, target, upload, onDone: refresh });
    });
  const goOn = (file: File, upload: Upload) =>
    void startTransfer({
      scope,
      file,
      target: { purpose: upload.purpose },
      upload,
      onDone: refresh,
    });
  const cancelling = useAct({
    run: (id: number) => cancelTransfer(id),
    refresh: [uploadsKey(scope)],
  });
  const discarding = useAct({
    run: (upload: Upload) => cancelUpload(scope, upload.id),
    refresh: [uploadsKey(scope)],
  });
  return { transfers, interrupted, start, goOn, cancel: cancelling.mutate, discard: discarding.mutate };
}
