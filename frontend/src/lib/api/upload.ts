import { callHeaders, type Scope } from '@/lib/api/client';
import { ApiError, errorFromBody, NETWORK_ERROR } from '@/lib/api/errors';
import type { FileObject } from '@/lib/api/types';

const PATH = '/v1/files';

export interface Upload {
  file: File;
  purpose: string;
  onProgress: (percent: number) => void;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Upload one file. XMLHttpRequest, since fetch tells no upload progress. */
export function uploadFile(scope: Scope, { file, purpose, onProgress }: Upload): Promise<FileObject> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open('POST', PATH);
    for (const [name, value] of Object.entries(callHeaders(PATH, { scope, method: 'POST' }))) {
      call.setRequestHeader(name, value);
    }
    call.upload.onprogress = ({ loaded, total, lengthComputable }) => {
      if (lengthComputable) onProgress(Math.round((100 * loaded) / total));
    };
    call.onerror = () =>
      reject(new ApiError('The upload was interrupted', { status: 0, code: NETWORK_ERROR }));
    call.onload = () => {
      const body = parse(call.responseText);
      if (call.status >= 200 && call.status < 300) resolve(body as FileObject);
      else reject(errorFromBody(call.status, body));
    };
    const form = new FormData();
    form.append('purpose', purpose);
    form.append('file', file);
    call.send(form);
  });
}
