/** Uploads in parts: docs/contracts.md, "Data". */

export interface UploadedPart {
  id: string;
  number: number | null;
  bytes: number;
  md5: string;
}

/** OpenAI's Upload; `finery` lets a browser go on with it. */
export interface Upload {
  id: string;
  object: string;
  filename: string;
  purpose: string;
  bytes: number;
  status: 'pending' | 'completed' | 'cancelled' | 'expired';
  created_at: number;
  expires_at: number;
  file: { id: string } | null;
  finery: {
    parts: UploadedPart[];
    is_direct: boolean;
    part_bytes: number;
    dataset_id: string | null;
  };
}

export interface PartLink {
  number: number;
  part_id: string;
  url: string;
  headers: Record<string, string>;
}
