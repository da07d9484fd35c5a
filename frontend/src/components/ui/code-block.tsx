import { Box, Code } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyIcon } from '@/components/ui/copy';

/** Code to copy. The block scrolls by keyboard too. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  const { t } = useTranslation();
  return (
    <Box pos="relative">
      <Code
        block
        tabIndex={0}
        role="region"
        aria-label={label}
        fz="sm"
        p="md"
        pr={52}
        style={{ borderRadius: 10 }}
      >
        {code}
      </Code>
      <Box pos="absolute" top={10} right={10}>
        <CopyIcon value={code} label={t('actions.copyCode')} />
      </Box>
    </Box>
  );
}
