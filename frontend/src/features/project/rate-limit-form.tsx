import { NumberInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { projectPath, rateLimitsQuery } from '@/features/project/project-queries';
import { ErrorNote } from '@/components/ui/error-note';
import { FormButtons } from '@/components/ui/form-buttons';
import { useWrite } from '@/components/ui/use-write';
import type { RateLimit } from '@/lib/api/admin-types';
import { request } from '@/lib/api/client';
import { useScope } from '@/lib/project';

type Limits = Pick<RateLimit, 'max_requests_per_1_minute' | 'max_tokens_per_1_minute'>;

interface RateLimitFormProps {
  limit: RateLimit;
  onDone: () => void;
}

export function RateLimitForm({ limit, onDone }: RateLimitFormProps) {
  const { t } = useTranslation();
  const scope = useScope();
  const { max_requests_per_1_minute, max_tokens_per_1_minute } = limit;
  const form = useForm({ initialValues: { max_requests_per_1_minute, max_tokens_per_1_minute } });
  const change = useWrite({
    run: (body: Limits) =>
      request<RateLimit>(projectPath(scope, 'rate_limits', limit.id), { method: 'POST', scope, body }),
    refresh: [rateLimitsQuery(scope).queryKey],
    done: t('rateLimits.saved'),
    onDone,
  });
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
      <Stack>
        {change.error && <ErrorNote error={change.error} />}
        <NumberInput
          label={t('rateLimits.requests')}
          min={0}
          allowDecimal={false}
          thousandSeparator
          required
          data-autofocus
          {...form.getInputProps('max_requests_per_1_minute')}
        />
        <NumberInput
          label={t('rateLimits.tokens')}
          min={0}
          allowDecimal={false}
          thousandSeparator
          required
          {...form.getInputProps('max_tokens_per_1_minute')}
        />
        <FormButtons submit={t('actions.save')} isPending={change.isPending} onCancel={onDone} />
      </Stack>
    </form>
  );
}
