import { queryOptions } from '@tanstack/react-query';
import { request, type Scope } from '@/lib/api/client';
import type { Base, Model, Page } from '@/lib/api/types';
import { scopeKey } from '@/lib/queries/keys';

export const basesQuery = (scope: Scope) =>
  queryOptions({
    queryKey: scopeKey(scope, 'bases'),
    queryFn: ({ signal }) => request<Page<Base>>('/v1/bases', { scope, signal }),
    staleTime: 300_000,
  });

export const modelsKey = (scope: Scope) => scopeKey(scope, 'models');

export const modelsQuery = (scope: Scope) =>
  queryOptions({
    queryKey: modelsKey(scope),
    queryFn: ({ signal }) => request<Page<Model>>('/v1/models', { scope, signal }),
  });

/** The base of a model name: `ft:<base>:<org>:<suffix>:<id>` or the base itself. */
export const baseIdOf = (model: string): string =>
  model.startsWith('ft:') ? (model.split(':')[1] ?? model) : model;

export const isTuned = (model: string): boolean => model.startsWith('ft:');

/** A job's model itself, not one of the checkpoints on the way to it: `...:ckpt-step-8`. */
export const isFinal = (model: string): boolean => isTuned(model) && !/:ckpt-step-\d+$/.test(model);
