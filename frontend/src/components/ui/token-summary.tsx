import { Alert, Group, Loader, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { Stat } from '@/components/ui/stat';
import type { FileTokens } from '@/lib/api/data-types';
import { formatNumber } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';
import { tokensQuery } from '@/lib/queries/datasets';

/** Rows that are longer than a job trains on, said first and loudly. */
export function OverLength({ tokens }: { tokens: FileTokens }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const limit = formatNumber(tokens.max_length, language);
  if (tokens.over_length_rows === 0) {
    return (
      <Alert color="green" icon={<IconCircleCheck aria-hidden="true" />}>
        {t('tokens.allFit', { limit })}
      </Alert>
    );
  }
  return (
    <Alert
      color="yellow"
      role="alert"
      icon={<IconAlertTriangle aria-hidden="true" />}
      title={t('tokens.overLengthTitle', {
        count: tokens.over_length_rows,
        rows: formatNumber(tokens.over_length_rows, language),
        limit,
      })}
    >
      {t('tokens.overLengthText', {
        model: tokens.model,
        most: formatNumber(tokens.context_length, language),
      })}
    </Alert>
  );
}

interface TokenCountProps {
  fileId: string;
  model: string;
  /** Which rows are over it; without it, over the base's default. */
  maxLength?: number;
  /** More of the same count, below the figures. */
  children?: (tokens: FileTokens) => ReactNode;
}

/** How many tokens a file has under a base's own template, and which rows are too long for it. */
export function TokenCount({ fileId, model, maxLength, children }: TokenCountProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const {
    data: tokens,
    error,
    isPending,
    refetch,
  } = useQuery(tokensQuery(useScope(), fileId, model, maxLength));
  if (isPending) return <LoadingRows rows={2} />;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (tokens.status === 'counting') {
    return (
      <Group role="status">
        <Loader size="sm" />
        <Text>{t('tokens.counting')}</Text>
      </Group>
    );
  }
  return (
    <Stack>
      <OverLength tokens={tokens} />
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <Stat label={t('tokens.tokens')} value={formatNumber(tokens.tokens, language)} />
        <Stat label={t('tokens.maxLength')} value={formatNumber(tokens.max_length, language)} />
        <Stat label={t('tokens.overLengthRows')} value={formatNumber(tokens.over_length_rows, language)} />
      </SimpleGrid>
      {children?.(tokens)}
    </Stack>
  );
}
