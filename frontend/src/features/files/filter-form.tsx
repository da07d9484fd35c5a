import { Group, MultiSelect, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OperationForm, type OperationFormProps } from '@/features/files/operation-form';
import { useLanguageName } from '@/components/ui/names';
import type { Where } from '@/lib/api/data-types';

const LANGUAGES = ['en', 'zh', 'ja', 'ko', 'de', 'fr', 'es', 'pt', 'it', 'ru', 'ar'];

const count = (value: number | string) => (value === '' ? undefined : Number(value));

/** Conditions that say nothing are left out. */
const meant = (where: Where): Where =>
  Object.fromEntries(
    Object.entries(where).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value)),
  );

/** The rows that meet all conditions. */
export function FilterForm({ source, onClose }: OperationFormProps) {
  const { t } = useTranslation();
  const languageName = useLanguageName();
  const [where, setWhere] = useState<Where>({});
  const change = (changes: Where) => setWhere({ ...where, ...changes });
  const conditions = meant(where);
  const isEmpty = Object.keys(conditions).length === 0;
  const lists = [
    ['labels', t('operations.withLabels'), source.labels.map((value) => ({ value, label: value }))],
    [
      'without_labels',
      t('operations.withoutLabels'),
      source.labels.map((value) => ({ value, label: value })),
    ],
    [
      'languages',
      t('operations.inLanguages'),
      LANGUAGES.map((value) => ({ value, label: languageName(value) })),
    ],
  ] as const;
  return (
    <OperationForm
      source={source}
      onClose={onClose}
      operation={isEmpty ? null : { type: 'filter', file_id: source.fileId, where: conditions }}
      outcome={isEmpty ? t('operations.filterNothing') : t('operations.filterOutcome')}
    >
      <TextInput
        label={t('operations.contains')}
        value={where.contains ?? ''}
        onChange={(event) => change({ contains: event.currentTarget.value })}
        data-autofocus
      />
      {lists.map(
        ([name, label, data]) =>
          data.length > 0 && (
            <MultiSelect
              key={name}
              label={label}
              data={data}
              value={where[name] ?? []}
              onChange={(chosen) => change({ [name]: chosen })}
              searchable
              clearable
              clearButtonProps={{ 'aria-label': t('actions.clear') }}
            />
          ),
      )}
      <Group grow>
        {(['min_characters', 'max_characters'] as const).map((name) => (
          <NumberInput
            key={name}
            label={t(`operations.${name}`)}
            value={where[name] ?? ''}
            onChange={(value) => change({ [name]: count(value) })}
            min={1}
            allowDecimal={false}
          />
        ))}
      </Group>
    </OperationForm>
  );
}
