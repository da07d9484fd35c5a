import { Button, Group, MultiSelect, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { EVENT_TYPES, NO_FILTERS, type AuditFilters } from '@/features/audit/audit-filters';
import { useEventName } from '@/components/ui/names';
import { useCurrentPlace } from '@/lib/project';

export function FiltersForm({ onApply }: { onApply: (filters: AuditFilters) => void }) {
  const { t } = useTranslation();
  const eventName = useEventName();
  const { organization } = useCurrentPlace();
  const form = useForm<AuditFilters>({ initialValues: NO_FILTERS });
  const clear = () => {
    form.setValues(NO_FILTERS);
    onApply(NO_FILTERS);
  };
  return (
    <form onSubmit={form.onSubmit((values) => onApply({ ...values }))} aria-label={t('audit.filters')}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <MultiSelect
            label={t('audit.types')}
            placeholder={t('audit.anyType')}
            data={EVENT_TYPES.map((value) => ({ value, label: eventName(value) }))}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': t('actions.clear') }}
            {...form.getInputProps('types')}
          />
          <TextInput label={t('audit.email')} type="email" {...form.getInputProps('email')} />
          <TextInput label={t('audit.from')} type="date" {...form.getInputProps('from')} />
          <TextInput label={t('audit.to')} type="date" {...form.getInputProps('to')} />
          <Select
            label={t('audit.project')}
            placeholder={t('audit.anyProject')}
            data={organization.projects.map(({ id, name }) => ({ value: id, label: name }))}
            clearable
            clearButtonProps={{ 'aria-label': t('actions.clear') }}
            {...form.getInputProps('projectId')}
          />
          <TextInput label={t('audit.resource')} {...form.getInputProps('resourceId')} />
        </SimpleGrid>
        <Group justify="flex-end">
          <Button variant="default" onClick={clear}>
            {t('actions.clear')}
          </Button>
          <Button type="submit">{t('audit.apply')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
