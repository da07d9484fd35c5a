import { callHeaders, request, type Scope } from '@/lib/api/client';
import type { PartLink, Upload, UploadedPart } from '@/lib/api/upload-types';
import { sendBytes } from '@/lib/api/sending';
import type { FileObject, Page } from '@/lib/api/types';

const FILES = '/v1/files';
const UPLOADS = '/v1/uploads';

/** Where a new file goes: `datasetId` makes it a version of that dataset. */
export interface UploadTarget {
  purpose: string;
  datasetId?: string;
}

export interface SendOptions {
  signal: AbortSignal;
  onProgress: (bytes: number) => void;
}

const postHeaders = (path: string, scope: Scope) => callHeaders(path, { scope, method: 'POST' });

export function sendFile(scope: Scope, file: File, target: UploadTarget, options: SendOptions) {
  const form = new FormData();
  form.append('purpose', target.purpose);
  if (target.datasetId) form.append('dataset_id', target.datasetId);
  form.append('file', file);
  return sendBytes<FileObject>({
    method: 'POST',
    url: FILES,
    headers: postHeaders(FILES, scope),
    body: form,
    ...options,
  });
}

export const createUpload = (scope: Scope, file: File, target: UploadTarget) =>
  request<Upload>(UPLOADS, {
    method: 'POST',
    scope,
    body: {
      filename: file.name,
      bytes: file.size,
      mime_type: file.type || 'application/octet-stream',
      purpose: target.purpose,
      ...(target.datasetId && { dataset_id: target.datasetId }),
    },
  });

/** The uploads that were begun and neither completed nor cancelled. */
export const listUploads = (scope: Scope, signal?: AbortSignal) =>
  request<Page<Upload>>(UPLOADS, { scope, signal });

export const getUpload = (scope: Scope, uploadId: string) =>
  request<Upload>(`${UPLOADS}/${uploadId}`, { scope });

export const completeUpload = (scope: Scope, uploadId: string, partIds: string[]) =>
  request<Upload>(`${UPLOADS}/${uploadId}/complete`, { method: 'POST', scope, body: { part_ids: partIds } });

export const cancelUpload = (scope: Scope, uploadId: string) =>
  request<Upload>(`${UPLOADS}/${uploadId}/cancel`, { method: 'POST', scope });

/** Send one part through the platform; answers its id. */
export async function sendPart(
  scope: Scope,
  uploadId: string,
  part: { number: number; bytes: Blob },
  options: SendOptions,
): Promise<string> {
  const url = `${UPLOADS}/${uploadId}/parts`;
  const form = new FormData();
  form.append('part_number', String(part.number));
  form.append('data', part.bytes, 'part');
  const headers = postHeaders(url, scope);
  const { id } = await sendBytes<UploadedPart>({ method: 'POST', url, headers, body: form, ...options });
  return id;
}

/** Send one part straight to the object store; answers its id. */
export async function sendPartDirectly(
  scope: Scope,
  uploadId: string,
  part: { number: number; bytes: Blob },
  options: SendOptions,
): Promise<string> {
  const { data } = await request<Page<PartLink>>(`${UPLOADS}/${uploadId}/part_links`, {
    method: 'POST',
    scope,
    body: { parts: [{ number: part.number, bytes: part.bytes.size }] },
    signal: options.signal,
  });
  const link = data[0];
  if (!link) throw new Error('The platform gave no link for a part');
  await sendBytes({ method: 'PUT', url: link.url, headers: link.headers, body: part.bytes, ...options });
  return link.part_id;
}
