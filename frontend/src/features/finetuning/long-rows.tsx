import { NumberInput, Paper, Radio, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { WizardForm } from '@/features/finetuning/use-wizard';
import { LONG_ROWS, toJob, type LongRowsChoice } from '@/features/finetuning/wizard-values';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import type { FileTokens } from '@/lib/api/data-types';
import { request, type Scope } from '@/lib/api/client';
import type { CreateJob, Quote } from '@/lib/api/types';
import { formatCap } from '@/lib/format/money';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';
import { tokensQuery } from '@/lib/queries/datasets';
import { scopeKey } from '@/lib/queries/keys';

const TYPING_MS = 400;

const effectQuery = (scope: Scope, body: CreateJob) =>
  queryOptions({
    queryKey: [...scopeKey(scope, 'quote'), body],
    queryFn: ({ signal }) =>
      request<Quote>('/v1/fine_tuning/quotes', { method: 'POST', scope, body, signal }),
    retry: false,
  });

/** What the choice comes to: rows, tokens and price. */
function Effect({ body }: { body: CreateJob }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: quote, error, refetch } = useQuery(effectQuery(useScope(), body));
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!quote) return <LoadingRows rows={1} />;
  const number = (value: number) => formatNumber(value, language);
  const rows = quote.training_rows;
  return (
    <Text size="sm">
      {t('longRows.effect', {
        kept: number(rows.rows - rows.left_out_rows),
        rows: number(rows.rows),
        shortened: number(rows.shortened_rows),
        examples: number(rows.examples),
        tokens: number(rows.tokens),
        amount: formatCap(quote.amount_micro_usd, language),
      })}
    </Text>
  );
}

function Found({ tokens, name }: { tokens: FileTokens; name: 'training' | 'validation' }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (tokens.over_length_rows === 0) return null;
  return (
    <Text size="sm">
      {t(`longRows.${name}`, {
        count: tokens.over_length_rows,
        rows: formatNumber(tokens.over_length_rows, language),
        all: formatNumber(tokens.rows, language),
        limit: formatNumber(tokens.max_length, language),
        longest: formatNumber(tokens.longest_row_tokens, language),
      })}
    </Text>
  );
}

/** Rows that are longer than the job trains on: how many, and what shall become of them. */
export function LongRows({ form }: { form: WizardForm }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const scope = useScope();
  const values = form.getValues();
  const [typed] = useDebouncedValue(values.max_length, TYPING_MS);
  const maxLength = typed === '' ? undefined : typed;
  const tokensOf = (fileId: string) => ({
    ...tokensQuery(scope, fileId, values.model, maxLength),
    placeholderData: keepPreviousData, // the field that is typed in stays while it is asked
  });
  const training = useQuery(tokensOf(values.training_file)).data;
  const validation = useQuery(tokensOf(values.validation_file)).data;
  const found = [training, validation].some((tokens) => tokens && tokens.over_length_rows > 0);
  if (!training || (!found && values.max_length === '')) return null;
  const note = values.method === 'classification' ? 'text' : 'chat';
  return (
    <Paper withBorder p="md" role="region" aria-label={t('longRows.title')}>
      <Stack>
        <Text fw={600}>{t('longRows.title')}</Text>
        <Found tokens={training} name="training" />
        {validation && <Found tokens={validation} name="validation" />}
        <NumberInput
          label={t('longRows.maxLength')}
          description={t('longRows.maxLengthNote', {
            most: formatNumber(training.context_length, language),
          })}
          placeholder={t('wizard.settings.auto')}
          min={16}
          max={training.context_length}
          allowDecimal={false}
          maw={360}
          {...form.getInputProps('max_length')}
        />
        {found && (
          <Radio.Group
            label={t('longRows.choose')}
            value={values.long_rows}
            onChange={(value) => form.setFieldValue('long_rows', value as LongRowsChoice)}
            error={form.errors.long_rows}
          >
            <Stack gap="xs" mt="xs">
              {LONG_ROWS.map((choice) => (
                <Radio
                  key={choice}
                  value={choice}
                  label={t(`longRows.${choice}`)}
                  description={t(`longRows.${choice}_${note}`)}
                />
              ))}
            </Stack>
          </Radio.Group>
        )}
        {(values.long_rows !== 'refuse' || !found) && (
          <Effect body={toJob({ ...values, max_length: typed })} />
        )}
      </Stack>
    </Paper>
  );
}
