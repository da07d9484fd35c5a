import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { FileSearch } from '@/lib/file-search';

/** What of the file is shown, kept in the address: it can be shared, and going back closes a row. */
export function useFileSearch() {
  const { fileId } = useParams({ from: '/shell/files/$fileId' });
  const search = useSearch({ from: '/shell/files/$fileId' });
  const navigate = useNavigate();
  const show = (next: FileSearch) =>
    void navigate({ to: '/files/$fileId', params: { fileId }, search: next, resetScroll: false });
  return { fileId, search, show };
}
