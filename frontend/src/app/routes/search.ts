export type Search = Record<string, unknown>;

export const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);

export const wholeNumber = (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;

/** Only a path of this site may be gone back to. */
export function localPath(value: unknown): string | undefined {
  const path = text(value);
  return path && /^\/(?![/\\])/.test(path) ? path : undefined;
}

export const nextSearch = (search: Search): { next?: string } => ({ next: localPath(search.next) });
