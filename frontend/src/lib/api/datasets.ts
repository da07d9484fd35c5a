import { request, type Scope } from '@/lib/api/client';
import type { Dataset, Mapping, MappingPreview, Operation, Version } from '@/lib/api/data-types';
import type { Page } from '@/lib/api/types';

const SAMPLE_ROWS = 8;

const path = (datasetId: string) => `/v1/datasets/${datasetId}`;

export const renameDataset = (scope: Scope, datasetId: string, name: string) =>
  request<Dataset>(path(datasetId), { method: 'POST', scope, body: { name } });

export const deleteDataset = (scope: Scope, datasetId: string) =>
  request<{ deleted: boolean }>(path(datasetId), { method: 'DELETE', scope });

/** Make new versions; they are `uploaded` until a task has made them. */
export const makeVersions = (scope: Scope, datasetId: string, operation: Operation) =>
  request<Page<Version>>(`${path(datasetId)}/versions`, { method: 'POST', scope, body: { operation } });

/** What the first rows would be under a mapping. Nothing is kept. */
export const previewMapping = (scope: Scope, fileId: string, mapping: Mapping, signal?: AbortSignal) =>
  request<MappingPreview>(`/v1/files/${fileId}/mapping`, {
    method: 'POST',
    scope,
    body: { mapping, limit: SAMPLE_ROWS },
    signal,
  });
