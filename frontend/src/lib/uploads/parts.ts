import type { Upload } from '@/lib/api/upload-types';

/** A part of a file, by its place: bytes `start` to `end`, without the latter. Numbers count from 1. */
export interface Part {
  number: number;
  start: number;
  end: number;
}

export function partsOf(bytes: number, partBytes: number): Part[] {
  const count = Math.ceil(bytes / partBytes);
  return Array.from({ length: count }, (_, at) => ({
    number: at + 1,
    start: at * partBytes,
    end: Math.min(bytes, (at + 1) * partBytes),
  }));
}

/** The ids of the parts that the platform holds whole, by number. A part cut short is sent again. */
export function heldParts(upload: Upload): Map<number, string> {
  const sizes = new Map(
    partsOf(upload.bytes, upload.finery.part_bytes).map(({ number, start, end }) => [number, end - start]),
  );
  return new Map(
    upload.finery.parts
      .filter(({ number, bytes }) => number !== null && sizes.get(number) === bytes)
      .map(({ number, id }) => [number as number, id]),
  );
}

/** Is this the file whose upload was interrupted? By name and size; its content is not read for that. */
export const isSameFile = (file: Pick<File, 'name' | 'size'>, upload: Upload) =>
  file.name === upload.filename && file.size === upload.bytes;
