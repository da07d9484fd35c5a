import type { Scope } from '@/lib/api/client';
import type { Upload } from '@/lib/api/upload-types';
import * as api from '@/lib/api/uploads';
import type { UploadTarget } from '@/lib/api/uploads';
import { Transfer, type Sender, type TransferView } from '@/lib/uploads/transfer';

/** The files on their way. They outlive the page that began them, though not the tab. */
const held = new Map<number, { transfer: Transfer; projectId: string; onDone: () => void }>();
const listeners = new Set<() => void>();
let views: (TransferView & { projectId: string })[] = [];

function tell(): void {
  views = [...held.values()].map(({ transfer, projectId }) => ({ ...transfer.view, projectId }));
  listeners.forEach((listener) => listener());
}

export const transferViews = () => views;

export function onTransfers(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const senderTo = (scope: Scope): Sender => ({
  sendWhole: (file, target, options) => api.sendFile(scope, file, target, options),
  create: (file, target) => api.createUpload(scope, file, target),
  get: (uploadId) => api.getUpload(scope, uploadId),
  sendPart: (upload, part, options) =>
    upload.finery.is_direct
      ? api.sendPartDirectly(scope, upload.id, part, options)
      : api.sendPart(scope, upload.id, part, options),
  complete: (uploadId, partIds) => api.completeUpload(scope, uploadId, partIds),
  cancel: (uploadId) => api.cancelUpload(scope, uploadId),
});

interface Start {
  scope: Scope;
  file: File;
  target: UploadTarget;
  /** An upload that was interrupted: only its missing parts are sent. */
  upload?: Upload;
  onDone: () => void;
}

/** Begin or go on with an upload; one that is done leaves the list. */
export async function startTransfer({ scope, file, target, upload, onDone }: Start): Promise<void> {
  const transfer = new Transfer(file, target, senderTo(scope), tell, upload);
  held.set(transfer.id, { transfer, projectId: scope.projectId, onDone });
  await runTransfer(transfer.id);
}

/** Send on what is paused or failed. */
export async function runTransfer(id: number): Promise<void> {
  const entry = held.get(id);
  if (!entry) return;
  await entry.transfer.run();
  if (entry.transfer.view.state !== 'done') return;
  forgetTransfer(id);
  entry.onDone();
}

export const pauseTransfer = (id: number) => held.get(id)?.transfer.pause();

/** Stop it for good, on the platform too. */
export async function cancelTransfer(id: number): Promise<void> {
  const transfer = held.get(id)?.transfer;
  forgetTransfer(id);
  await transfer?.cancel();
}

export function forgetTransfer(id: number): void {
  held.delete(id);
  tell();
}
