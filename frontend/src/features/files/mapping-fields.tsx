import { MultiSelect, Select, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { firstMapping, ROLES } from '@/features/files/mapping-roles';
import { ROW_FORMATS, type Mapping, type RowFormat } from '@/lib/api/data-types';
import type { Column } from '@/lib/api/report-types';

interface MappingFieldsProps {
  mapping: Mapping;
  columns: Column[];
  onChange: (mapping: Mapping) => void;
}

/** Which format, and which columns hold what. */
export function MappingFields({ mapping, columns, onChange }: MappingFieldsProps) {
  const { t, i18n } = useTranslation();
  const roleName = (name: string) =>
    i18n.exists(`mapping.role.${name}`) ? i18n.t(`mapping.role.${name}` as 'mapping.role.text') : name;
  const options = columns.map(({ name, examples }) => ({
    value: name,
    label: examples[0] ? `${name} (${examples[0].slice(0, 40)})` : name,
  }));
  return (
    <>
      <Select
        label={t('mapping.format')}
        data={ROW_FORMATS.map((value) => ({ value, label: t(`rowFormat.${value}`) }))}
        value={mapping.format}
        onChange={(format) => format && onChange(firstMapping(format as RowFormat, columns))}
        allowDeselect={false}
        searchable
        maw={360}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {ROLES[mapping.format].map(({ name, isOptional }) => (
          <MultiSelect
            key={`${mapping.format}-${name}`}
            label={roleName(name)}
            description={isOptional ? t('mapping.optional') : undefined}
            required={!isOptional}
            data={options}
            value={mapping.columns[name] ?? []}
            onChange={(chosen) => onChange({ ...mapping, columns: { ...mapping.columns, [name]: chosen } })}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': t('actions.clear') }}
            nothingFoundMessage={t('mapping.noColumn')}
          />
        ))}
      </SimpleGrid>
    </>
  );
}
