import { Button, Group, SimpleGrid, Stack, TagsInput, Textarea } from '@mantine/core';
import { IconTag } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ClassifyColumn } from '@/features/playground/classify-column';
import { request, type Scope } from '@/lib/api/client';
import type { ClassifyResult } from '@/lib/api/data-plane';
import type { Base } from '@/lib/api/types';
import { useScope } from '@/lib/project';
import { isTuned } from '@/lib/queries/models';
import { withSessionKey } from '@/lib/session-key';

const classify = (scope: Scope, body: { model: string; input: string[]; labels?: string[] }) =>
  withSessionKey(scope, (bearer) =>
    request<ClassifyResult>('/v1/classify', { method: 'POST', bearer, body }),
  );

interface ClassifyPanelProps {
  model: string;
  base: Base;
  /** The labels of a tuned model; the base is asked to choose from the same ones. */
  ownLabels: string[];
}

function useClassify(model: string, baseId: string) {
  const scope = useScope();
  const tuned = useMutation({ mutationFn: (text: string) => classify(scope, { model, input: [text] }) });
  const zeroShot = useMutation({
    mutationFn: ({ text, labels }: { text: string; labels: string[] }) =>
      classify(scope, { model: baseId, input: [text], labels }),
  });
  return { tuned, zeroShot, isBusy: tuned.isPending || zeroShot.isPending };
}

export function ClassifyPanel({ model, base, ownLabels }: ClassifyPanelProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [typedLabels, setLabels] = useState<string[]>([]);
  const { tuned, zeroShot, isBusy } = useClassify(model, base.id);
  const isOwn = isTuned(model);
  const isReady = text.trim() !== '' && (isOwn || typedLabels.length > 1);
  const run = () => {
    const asked = text.trim();
    const labels = isOwn ? ownLabels : typedLabels;
    if (labels.length > 0) zeroShot.mutate({ text: asked, labels });
    if (!isOwn) return;
    // A model too new to be in the list tells its labels with its answer.
    const onSuccess = (result: ClassifyResult) => {
      if (labels.length === 0)
        zeroShot.mutate({ text: asked, labels: Object.keys(result.data[0]?.probs ?? {}) });
    };
    tuned.mutate(asked, { onSuccess });
  };
  return (
    <Stack gap="lg">
      <Textarea
        label={t('playground.text')}
        placeholder={t('playground.textPlaceholder')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autosize
        minRows={3}
        maxRows={10}
      />
      {!isOwn && (
        <TagsInput
          label={t('playground.labels')}
          description={t('playground.labelsHint')}
          value={typedLabels}
          onChange={setLabels}
        />
      )}
      <Group justify="flex-end">
        <Button
          onClick={run}
          disabled={!isReady}
          loading={isBusy}
          leftSection={<IconTag size={16} aria-hidden="true" />}
        >
          {t('playground.classify')}
        </Button>
      </Group>
      <SimpleGrid cols={{ base: 1, md: isOwn ? 2 : 1 }}>
        <ClassifyColumn
          title={t('playground.baseZeroShot')}
          model={base.id}
          price={base.price}
          call={zeroShot}
        />
        {isOwn && (
          <ClassifyColumn title={t('playground.tuned')} model={model} price={base.price} call={tuned} />
        )}
      </SimpleGrid>
    </Stack>
  );
}
