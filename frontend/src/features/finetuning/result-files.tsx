import { Button, Group, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/components/ui/panel';
import { useAct } from '@/components/ui/use-write';
import type { ResultFile } from '@/lib/api/types';
import { download } from '@/lib/download';
import { useScope } from '@/lib/project';

const KINDS = ['step_metrics', 'classification_report', 'confusion_matrix', 'predictions'] as const;

/** The files that came out, to take elsewhere. */
export function ResultFiles({ files }: { files: ResultFile[] }) {
  const { t } = useTranslation();
  const scope = useScope();
  const fetching = useAct({
    run: ({ id, filename }: ResultFile) => download(`/v1/files/${id}/content`, filename, { scope }),
  });
  if (files.length === 0) return null;
  return (
    <Panel title={t('job.files')}>
      <Stack gap="xs">
        {files.map((file) => {
          const kind = KINDS.find((each) => file.filename === `${each}.csv`);
          return (
            <Group key={file.id} justify="space-between" gap="xs">
              <Text size="sm" style={{ flex: '1 1 160px', overflowWrap: 'anywhere' }}>
                {kind ? t(`job.file.${kind}`) : file.filename}
              </Text>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={t('files.downloadNamed', { name: file.filename })}
                leftSection={<IconDownload size={14} aria-hidden="true" />}
                onClick={() => fetching.mutate(file)}
              >
                CSV
              </Button>
            </Group>
          );
        })}
      </Stack>
    </Panel>
  );
}
