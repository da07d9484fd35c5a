import { Select, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Dataset, RowFormat, Version } from '@/lib/api/data-types';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';
import { lineageQuery, versionsQuery } from '@/lib/queries/datasets';

interface VersionChoiceProps {
  label: string;
  versionLabel: string;
  note?: string;
  placeholder: string;
  datasets: Dataset[];
  /** What the method reads; other datasets cannot be chosen. */
  format: RowFormat;
  /** The file of the chosen version; empty for none. */
  value: string;
  onChange: (fileId: string) => void;
  /** A version that is chosen elsewhere already. */
  without?: string;
  isOptional?: boolean;
  error?: ReactNode;
}

function useDatasetOptions(datasets: Dataset[], format: RowFormat) {
  const { t } = useTranslation();
  const fits = ({ format: its }: Version) => its === null || its === format;
  const note = (latest: Version | null) => {
    if (!latest) return t('wizard.data.unfitEmpty');
    const its = latest.format && t(`rowFormat.${latest.format}`);
    return its && !fits(latest) ? t('wizard.data.unfitFormat', { format: its }) : its;
  };
  return datasets.map(({ id, name, latest }) => ({
    value: id,
    label: [name, note(latest)].filter(Boolean).join(' · '),
    disabled: !latest || !fits(latest),
  }));
}

function useVersionLabel() {
  const { t } = useTranslation();
  const language = useLanguage();
  return ({ version, filename, rows }: Version) =>
    [
      t('datasets.version', { version }),
      filename,
      t('report.rows', { count: rows ?? 0, rows: formatNumber(rows ?? 0, language) }),
    ].join(' · ');
}

/** A dataset, and of it a version: at first the newest that can be trained on. */
export function VersionChoice(props: VersionChoiceProps) {
  const { t } = useTranslation();
  const scope = useScope();
  const { datasets, value, onChange } = props;
  const [chosen, setChosen] = useState<string | null>(null);
  const { data: lineage } = useQuery({ ...lineageQuery(scope, value), enabled: value !== '' });
  const datasetId = chosen ?? (value ? (lineage?.dataset_id ?? null) : null);
  const { data: versions } = useQuery({
    ...versionsQuery(scope, datasetId ?? ''),
    enabled: datasetId !== null,
  });
  const versionLabel = useVersionLabel();
  const usable = (versions?.data ?? []).filter(
    ({ status, file_id: fileId }) => status === 'processed' && fileId !== props.without,
  );
  const chooseDataset = (id: string | null) => {
    setChosen(id);
    const latest = datasets.find((dataset) => dataset.id === id)?.latest;
    const isUsable = latest?.status === 'processed' && latest.file_id !== props.without;
    onChange(isUsable ? latest.file_id : '');
  };
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Select
        label={props.label}
        description={props.note}
        placeholder={props.placeholder}
        data={useDatasetOptions(datasets, props.format)}
        value={datasetId}
        onChange={chooseDataset}
        searchable
        required={!props.isOptional}
        clearable={props.isOptional}
        clearButtonProps={{ 'aria-label': t('actions.clear') }}
        allowDeselect={false}
        nothingFoundMessage={t('wizard.data.noMatch')}
        error={datasetId === null && props.error}
      />
      {datasetId !== null && (
        <Select
          label={props.versionLabel}
          description={props.note && ' '}
          data={usable.map((version) => ({ value: version.file_id, label: versionLabel(version) }))}
          value={value || null}
          onChange={(fileId) => fileId && onChange(fileId)}
          placeholder={t('wizard.data.chooseVersion')}
          allowDeselect={false}
          nothingFoundMessage={t('wizard.data.noVersion')}
          error={props.error}
        />
      )}
    </SimpleGrid>
  );
}
