import { Select } from '@mantine/core';
import { IconMessageCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ChatPanel } from '@/features/playground/chat-panel';
import { ClassifyPanel } from '@/features/playground/classify-panel';
import { EmptyState } from '@/components/ui/empty-state';
import { Guard } from '@/components/ui/guard';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { Page } from '@/components/ui/page';
import type { Base, Model } from '@/lib/api/types';
import { useScope } from '@/lib/project';
import { baseIdOf, basesQuery, isTuned, modelsQuery } from '@/lib/queries/models';

interface WorkbenchProps {
  models: Model[];
  bases: Base[];
}

function useChosenModel(models: Model[]) {
  const { model: wanted } = useSearch({ from: '/shell/playground' });
  const navigate = useNavigate();
  const newest = [...models].sort((a, b) => b.created - a.created);
  const first = newest.find(({ id }) => isTuned(id)) ?? newest[0];
  const choose = (model: string | null) => {
    if (model) void navigate({ to: '/playground', search: { model }, replace: true });
  };
  return { model: wanted ?? first?.id ?? '', choose };
}

function modelGroups(models: Model[], model: string, names: { own: string; bases: string }) {
  const ids = models.map(({ id }) => id);
  if (model && !ids.includes(model)) ids.unshift(model);
  return [
    { group: names.own, items: ids.filter(isTuned) },
    { group: names.bases, items: ids.filter((id) => !isTuned(id)) },
  ].filter(({ items }) => items.length > 0);
}

function Workbench({ models, bases }: WorkbenchProps) {
  const { t } = useTranslation();
  const { model, choose } = useChosenModel(models);
  const known = models.find(({ id }) => id === model);
  const base = bases.find(({ id }) => id === (known?.finery.base_model ?? baseIdOf(model)));
  const groups = modelGroups(models, model, { own: t('playground.own'), bases: t('playground.bases') });
  if (!model) {
    return (
      <EmptyState
        icon={<IconMessageCircle aria-hidden="true" />}
        title={t('playground.emptyTitle')}
        text={t('playground.emptyText')}
      />
    );
  }
  return (
    <>
      <Select
        label={t('playground.model')}
        data={groups}
        value={model}
        onChange={choose}
        searchable
        allowDeselect={false}
        nothingFoundMessage={t('playground.noModel')}
        maw={640}
      />
      {base?.engine === 'encoder' ? (
        <ClassifyPanel key={model} model={model} base={base} ownLabels={known?.finery.labels ?? []} />
      ) : (
        <ChatPanel key={model} model={model} base={base ?? null} />
      )}
    </>
  );
}

function Loader() {
  const scope = useScope();
  const models = useQuery(modelsQuery(scope));
  const bases = useQuery(basesQuery(scope));
  if (models.isPending || bases.isPending) return <LoadingRows rows={3} height={80} />;
  const error = models.error ?? bases.error;
  if (error) {
    return (
      <LoadError
        error={error}
        onRetry={() => {
          void models.refetch();
          void bases.refetch();
        }}
      />
    );
  }
  return <Workbench models={models.data?.data ?? []} bases={bases.data?.data ?? []} />;
}

export function PlaygroundPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('nav.playground')} description={t('playground.description')}>
      <Guard action="model.request">
        <Loader />
      </Guard>
    </Page>
  );
}
