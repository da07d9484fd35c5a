import { Box, Paper, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LineLink } from '@/features/files/line-link';
import type { FileTokens, MaskedToken } from '@/lib/api/data-types';

interface Run {
  isTrained: boolean;
  tokens: string[];
}

/** Neighbouring tokens of the same kind, together. */
export function runsOf(tokens: MaskedToken[]): Run[] {
  const runs: Run[] = [];
  for (const { text, is_trained: isTrained } of tokens) {
    const last = runs.at(-1);
    if (last?.isTrained === isTrained) last.tokens.push(text);
    else runs.push({ isTrained, tokens: [text] });
  }
  return runs;
}

const TRAINED = {
  fontWeight: 650,
  textDecoration: 'underline',
  textDecorationThickness: 2,
  textUnderlineOffset: 4,
  background: 'var(--mantine-color-green-light)',
  color: 'inherit',
  boxShadow: 'inset -1px 0 var(--mantine-color-default-border)',
} as const;

const READ = { boxShadow: 'inset -1px 0 var(--mantine-color-default-border)' } as const;

function Tokens({ run }: { run: Run }) {
  const { t } = useTranslation();
  const shown = run.tokens.map((text, index) => (
    <span key={index} style={run.isTrained ? TRAINED : READ}>
      {text}
    </span>
  ));
  if (!run.isTrained) return shown;
  return (
    <mark style={{ background: 'transparent', color: 'inherit' }} data-trained>
      <VisuallyHidden>{t('mask.begins')}</VisuallyHidden>
      {shown}
      <VisuallyHidden>{t('mask.ends')}</VisuallyHidden>
    </mark>
  );
}

/** The first rows as the model sees them: trained tokens are bold, underlined and tinted. */
export function LossMask({ preview }: { preview: FileTokens['preview'] }) {
  const { t } = useTranslation();
  return (
    <div>
      <Title order={3}>{t('mask.title')}</Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('mask.note')}{' '}
        <Box component="span" style={TRAINED}>
          {t('mask.trained')}
        </Box>
      </Text>
      <Stack gap="sm">
        {preview.map(({ line, tokens }) => (
          <Paper key={line} withBorder p="sm" radius="md">
            <LineLink line={line} />
            <Text
              size="sm"
              ff="monospace"
              component="div"
              style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', lineHeight: 1.8 }}
            >
              {runsOf(tokens).map((run, index) => (
                <Tokens key={index} run={run} />
              ))}
            </Text>
          </Paper>
        ))}
      </Stack>
    </div>
  );
}
