import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { uploadFile } from '@/lib/api/upload';
import { useScope } from '@/lib/project';
import { filesKey } from '@/lib/queries/files';

export interface UploadState {
  id: number;
  name: string;
  percent: number;
  error: unknown;
}

const PURPOSE = 'fine-tune';
let lastId = 0;

/** Uploads under way and those that failed; a finished one leaves, since it is in the list then. */
export function useUploads() {
  const scope = useScope();
  const queryClient = useQueryClient();
  const [uploads, setUploads] = useState<UploadState[]>([]);
  const change = (id: number, changes: Partial<UploadState>) =>
    setUploads((all) => all.map((each) => (each.id === id ? { ...each, ...changes } : each)));
  const dismiss = (id: number) => setUploads((all) => all.filter((each) => each.id !== id));

  async function start(file: File) {
    const id = ++lastId;
    setUploads((all) => [...all, { id, name: file.name, percent: 0, error: null }]);
    try {
      await uploadFile(scope, { file, purpose: PURPOSE, onProgress: (percent) => change(id, { percent }) });
      await queryClient.invalidateQueries({ queryKey: [...filesKey(scope), 'list'] });
      dismiss(id);
    } catch (error) {
      change(id, { error });
    }
  }

  return { uploads, dismiss, startAll: (files: File[]) => files.forEach((file) => void start(file)) };
}
