import { ApiError, errorFromBody, NETWORK_ERROR } from '@/lib/api/errors';

export interface Sending {
  method: 'POST' | 'PUT';
  url: string;
  headers: Record<string, string>;
  body: FormData | Blob;
  signal?: AbortSignal;
  /** Bytes of the body that left, also the little that a form adds. */
  onProgress?: (bytes: number) => void;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Send bytes and answer the JSON. XMLHttpRequest, since fetch tells no upload progress. Throws ApiError. */
export function sendBytes<T>({ method, url, headers, body, signal, onProgress }: Sending): Promise<T> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    const stop = () => call.abort();
    call.open(method, url);
    for (const [name, value] of Object.entries(headers)) call.setRequestHeader(name, value);
    call.upload.onprogress = ({ loaded }) => onProgress?.(loaded);
    call.onerror = () =>
      reject(new ApiError('The upload was interrupted', { status: 0, code: NETWORK_ERROR }));
    call.onabort = () => reject(new DOMException('The upload was stopped', 'AbortError'));
    call.onload = () => {
      const answer = parse(call.responseText);
      if (call.status >= 200 && call.status < 300) resolve(answer as T);
      else reject(errorFromBody(call.status, answer));
    };
    call.onloadend = () => signal?.removeEventListener('abort', stop);
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) reject(new DOMException('The upload was stopped', 'AbortError'));
    else call.send(body);
  });
}
