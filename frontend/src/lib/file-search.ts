export const FILE_VIEWS = ['report', 'rows', 'tokens', 'columns', 'lineage'] as const;
export type FileView = (typeof FILE_VIEWS)[number];

const count = (value: unknown) =>
  Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined;

/** What of a file is shown; of its rows, from which line, which one is open, and what in it is marked. */
export interface FileSearch {
  view?: FileView;
  only?: 'bad';
  line?: number;
  open?: number;
  path?: string;
}

export const fileSearch = (search: Record<string, unknown>): FileSearch => ({
  view: FILE_VIEWS.find((view) => view === search.view),
  only: search.only === 'bad' ? 'bad' : undefined,
  line: count(search.line),
  open: count(search.open),
  path: typeof search.path === 'string' && search.path ? search.path : undefined,
});
