import { Code, Group, List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LinkAnchor } from '@/components/ui/links';
import { StatusBadge } from '@/components/ui/status-badge';
import type { LineageJob } from '@/lib/api/data-types';

/** The jobs that trained on something, each with the model that came of it. */
export function JobsList({ jobs }: { jobs: LineageJob[] }) {
  const { t } = useTranslation();
  if (jobs.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {t('lineage.jobs')}
      </Text>
      <List size="sm" spacing={6}>
        {jobs.map(({ id, model, status, fine_tuned_model: tuned }) => (
          <List.Item key={id}>
            <Group gap="xs">
              <LinkAnchor to="/fine-tuning/$jobId" params={{ jobId: id }} size="sm">
                {id}
              </LinkAnchor>
              <StatusBadge status={status} />
              <Text size="sm">{model}</Text>
              {tuned && (
                <>
                  <span aria-hidden="true">→</span>
                  <LinkAnchor to="/playground" search={{ model: tuned }} size="sm">
                    <Code
                      bg="transparent"
                      style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }}
                      c="inherit"
                    >
                      {tuned}
                    </Code>
                  </LinkAnchor>
                </>
              )}
            </Group>
          </List.Item>
        ))}
      </List>
    </div>
  );
}
