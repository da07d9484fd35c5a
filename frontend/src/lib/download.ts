import { isSessionFresh } from '@/lib/api/allauth';
import { jsonOf, send, type RequestOptions } from '@/lib/api/client';
import { errorFromBody } from '@/lib/api/errors';
import { reauthenticate } from '@/lib/api/reauthentication';

function follow(href: string, filename: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = filename;
  link.click();
}

export function saveBlob(blob: Blob, filename: string): void {
  const url = URL.createObjectURL(blob);
  follow(url, filename);
  URL.revokeObjectURL(url);
}

/** Fetch with the session, then hand the file to the browser. */
export async function download(path: string, filename: string, options: RequestOptions): Promise<void> {
  const response = await send(path, options);
  if (!response.ok) throw errorFromBody(response.status, await jsonOf(response));
  saveBlob(await response.blob(), filename);
}

/** Let the browser itself fetch what may be large, and the user prove it first where that is due. */
export async function downloadSensitive(path: string): Promise<void> {
  if ((await isSessionFresh()) || (await reauthenticate())) follow(path, '');
}
