import { MultiSelect, Select, SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { firstMapping, ROLES } from '@/features/files/mapping-roles';
import { ROW_FORMATS, type Mapping, type RowFormat } from '@/lib/api/data-types';
import type { Column } from '@/lib/api/report-types';

interface MappingFieldsProps {
  mapping: Mapping;
  columns: Column[];
  onChange: (mapping: Mapping) => void;
}

function ColumnOption({ name, example }: { name: string; example?: string }) {
  const { t } = useTranslation();
  return (
    <div>
      <Text size="sm">{name}</Text>
      {example && (
        <Text size="xs" c="dimmed" lineClamp={1}>
          {t('mapping.example', { example })}
        </Text>
      )}
    </div>
  );
}

/** Which format, and which columns hold what. */
export function MappingFields({ mapping, columns, onChange }: MappingFieldsProps) {
  const { t, i18n } = useTranslation();
  const roleName = (name: string) =>
    i18n.exists(`mapping.role.${name}`) ? i18n.t(`mapping.role.${name}` as 'mapping.role.text') : name;
  const exampleOf = (name: string) => columns.find((column) => column.name === name)?.examples[0];
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
            data={columns.map(({ name: column }) => column)}
            renderOption={({ option }) => (
              <ColumnOption name={option.value} example={exampleOf(option.value)} />
            )}
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
