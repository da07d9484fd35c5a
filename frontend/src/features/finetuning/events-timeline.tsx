import { Box, ScrollArea, Text, Timeline } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { eventsQuery } from '@/features/finetuning/job-queries';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { useJobEventText } from '@/components/ui/names';
import { Panel } from '@/components/ui/panel';
import type { JobEvent } from '@/lib/api/types';
import { formatDateTime } from '@/lib/format/dates';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';

const LEVEL_COLORS: Record<JobEvent['level'], string> = { info: 'ember', warn: 'yellow', error: 'red' };

function EventList({ events }: { events: JobEvent[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const eventText = useJobEventText();
  return (
    <ScrollArea.Autosize
      mah={420}
      type="auto"
      viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('job.events') }}
    >
      <Timeline active={events.length} bulletSize={12} lineWidth={2} pl={10} py={4}>
        {events.map((event) => (
          <Timeline.Item key={event.id} color={LEVEL_COLORS[event.level]}>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {eventText({ ...event.finery, message: event.message })}
            </Text>
            <Text size="xs" c="dimmed">
              {formatDateTime(event.created_at, language)}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </ScrollArea.Autosize>
  );
}

/** What happened, newest first. */
export function EventsTimeline({ jobId, isLive }: { jobId: string; isLive: boolean }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(eventsQuery(useScope(), jobId, isLive));
  return (
    <Panel title={t('job.events')}>
      <Box>
        {isPending ? (
          <LoadingRows rows={3} height={24} />
        ) : error ? (
          <LoadError error={error} onRetry={() => void refetch()} />
        ) : data.data.length === 0 ? (
          <Text c="dimmed" size="sm">
            {t('job.noEvents')}
          </Text>
        ) : (
          <EventList events={data.data} />
        )}
      </Box>
    </Panel>
  );
}
