import { Badge, Group, Radio, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { methodOf, useVersion } from '@/features/finetuning/file-format';
import { useFirstChoice, type WizardForm } from '@/features/finetuning/use-wizard';
import { methodFor } from '@/features/finetuning/wizard-values';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import type { Base } from '@/lib/api/types';
import { formatRate } from '@/lib/format/money';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';
import { basesQuery } from '@/lib/queries/models';

function BaseCard({ base, unfit }: { base: Base; unfit: string | null }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const text = language === 'zh-CN' ? base.description.zh : base.description.en;
  return (
    <Radio.Card
      value={base.id}
      disabled={unfit !== null}
      p="md"
      radius="md"
      aria-label={base.id}
      data-base={base.id}
    >
      <Group wrap="nowrap" align="flex-start">
        <Radio.Indicator mt={3} disabled={unfit !== null} />
        <Stack gap={8} style={{ flex: 1 }}>
          <Group justify="space-between">
            <Text fw={650}>{base.id}</Text>
            <Group gap={6}>
              {base.methods.map((method) => (
                <Badge key={method} color={method === 'classification' ? 'violet' : 'blue'}>
                  {t(`method.${method}`)}
                </Badge>
              ))}
            </Group>
          </Group>
          <Text size="sm" c="dimmed">
            {text}
          </Text>
          {unfit && <Text size="sm">{unfit}</Text>}
          <Text size="sm">
            {t('wizard.base.price', { price: formatRate(base.price.training, language) })}
            {' · '}
            {t('wizard.base.context', { tokens: formatNumber(base.context_length, language) })}
            {' · '}
            {base.languages.join(', ')}
            {' · '}
            {base.licence}
          </Text>
        </Stack>
      </Group>
    </Radio.Card>
  );
}

export function BaseStep({ form }: { form: WizardForm }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(basesQuery(useScope()));
  const version = useVersion(form.getValues().training_file);
  useFirstChoice(form, data?.data);
  if (isPending) return <LoadingRows rows={2} height={110} />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  const format = version?.format && t(`rowFormat.${version.format}`);
  const method = version?.format && methodOf(version.format);
  const fits = ({ methods }: Base) => !method || methods.includes(method);
  const fitting = data.data.filter(fits);
  const isAnyFit = format ? method !== undefined && fitting.length > 0 : true;
  const unfit = (base: Base) => (isAnyFit && !fits(base) ? t('wizard.base.unfit', { format }) : null);
  const choose = (id: string) => {
    const base = data.data.find((each) => each.id === id);
    form.setFieldValue('model', id);
    if (base) form.setFieldValue('method', methodFor(base, form.getValues().method));
    form.clearFieldError('model');
  };
  return (
    <Radio.Group
      aria-label={t('wizard.base.label')}
      description={isAnyFit ? undefined : t('wizard.noBaseFor', { format })}
      value={form.getValues().model}
      onChange={choose}
      error={form.errors.model}
    >
      <SimpleGrid cols={{ base: 1, lg: 2 }} mb={form.errors.model ? 'xs' : 0}>
        {[...fitting, ...data.data.filter((base) => !fits(base))].map((base) => (
          <BaseCard key={base.id} base={base} unfit={unfit(base)} />
        ))}
      </SimpleGrid>
    </Radio.Group>
  );
}
