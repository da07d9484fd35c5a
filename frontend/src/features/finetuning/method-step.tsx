import { Group, Radio, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { WizardForm } from '@/features/finetuning/use-wizard';
import { LoadingRows } from '@/components/ui/loading';
import { LoadError } from '@/components/ui/load-error';
import type { MethodType } from '@/lib/api/types';
import { useScope } from '@/lib/project';
import { basesQuery } from '@/lib/queries/models';

const METHODS: MethodType[] = ['supervised', 'classification'];

function MethodCard({ method, isOffered }: { method: MethodType; isOffered: boolean }) {
  const { t } = useTranslation();
  return (
    <Radio.Card
      value={method}
      disabled={!isOffered}
      p="md"
      radius="md"
      aria-label={t(`method.${method}`)}
      data-method={method}
      bg={isOffered ? undefined : 'var(--mantine-color-default-hover)'}
    >
      <Group wrap="nowrap" align="flex-start">
        <Radio.Indicator mt={3} disabled={!isOffered} />
        <div>
          <Text fw={650}>{t(`method.${method}`)}</Text>
          <Text size="sm" c="dimmed">
            {isOffered ? t(`wizard.method.${method}`) : t('wizard.method.notOffered')}
          </Text>
        </div>
      </Group>
    </Radio.Card>
  );
}

export function MethodStep({ form }: { form: WizardForm }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(basesQuery(useScope()));
  if (isPending) return <LoadingRows rows={2} height={80} />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  const base = data.data.find((each) => each.id === form.getValues().model);
  return (
    <Radio.Group aria-label={t('wizard.method.label')} {...form.getInputProps('method')}>
      <Stack gap="sm" mb={form.errors.method ? 'xs' : 0}>
        {METHODS.map((method) => (
          <MethodCard key={method} method={method} isOffered={base?.methods.includes(method) ?? false} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
