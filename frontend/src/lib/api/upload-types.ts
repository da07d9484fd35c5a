/** Uploads in parts, by short names; generated from the schema (`make schema`). */
import type { PartLinkOutput, StoredPartOutput, UploadOutput } from '@/lib/api/generated/types.gen';

export type Upload = UploadOutput;
export type UploadedPart = StoredPartOutput;
export type PartLink = PartLinkOutput;
