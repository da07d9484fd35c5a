import { jsonOf, send, type RequestOptions } from '@/lib/api/client';
import { errorFromBody } from '@/lib/api/errors';

export function saveBlob(blob: Blob, filename: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = filename;
  link.click();
  URL.revokeObjectURL(url);
}

/** Fetch with the session, then hand the file to the browser. */
export async function download(path: string, filename: string, options: RequestOptions): Promise<void> {
  const response = await send(path, options);
  if (!response.ok) throw errorFromBody(response.status, await jsonOf(response));
  saveBlob(await response.blob(), filename);
}
