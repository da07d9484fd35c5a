import { Group, Paper, SimpleGrid, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck, IconFlame, IconMessageCircle, IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { GuardedLink } from '@/components/ui/guard';
import { LinkButton } from '@/components/ui/links';
import { useScope } from '@/lib/project';
import { filesQuery } from '@/lib/queries/files';
import { jobsQuery } from '@/lib/queries/jobs';
import { isTuned, modelsQuery } from '@/lib/queries/models';

interface StepProps {
  title: string;
  text: string;
  icon: ReactNode;
  isDone: boolean;
  action: ReactNode;
}

function Step({ title, text, icon, isDone, action }: StepProps) {
  const { t } = useTranslation();
  return (
    <Paper withBorder radius="lg" p="lg" bg="var(--finery-surface)">
      <Stack h="100%" gap="sm">
        <Group gap="sm" wrap="nowrap">
          <ThemeIcon variant="light" color={isDone ? 'green' : 'ember'} radius="xl" size={34}>
            {isDone ? <IconCheck size={18} aria-label={t('overview.stepDone')} role="img" /> : icon}
          </ThemeIcon>
          <Title order={2} size="h3">
            {title}
          </Title>
        </Group>
        <Text size="sm" c="dimmed" style={{ flex: 1 }}>
          {text}
        </Text>
        <div>{action}</div>
      </Stack>
    </Paper>
  );
}

/** Data, a job, a call: what is left to do. */
export function NextSteps() {
  const { t } = useTranslation();
  const scope = useScope();
  const { data: files } = useQuery(filesQuery(scope));
  const { data: jobs } = useQuery(jobsQuery(scope));
  const { data: models } = useQuery(modelsQuery(scope));
  const hasFile = files?.data.some((file) => file.status === 'processed') ?? false;
  const hasJob = (jobs?.data.length ?? 0) > 0;
  const hasModel = models?.data.some(({ id }) => isTuned(id)) ?? false;
  return (
    <SimpleGrid cols={{ base: 1, md: 3 }} spacing="lg">
      <Step
        title={t('overview.upload')}
        text={t('overview.uploadText')}
        icon={<IconUpload size={18} aria-hidden="true" />}
        isDone={hasFile}
        action={
          <GuardedLink action="file.write" label={t('overview.uploadAction')}>
            <LinkButton to="/data" variant={hasFile ? 'default' : 'filled'}>
              {t('overview.uploadAction')}
            </LinkButton>
          </GuardedLink>
        }
      />
      <Step
        title={t('overview.tune')}
        text={t('overview.tuneText')}
        icon={<IconFlame size={18} aria-hidden="true" />}
        isDone={hasJob}
        action={
          <GuardedLink action="job.write" label={t('overview.tuneAction')}>
            <LinkButton to="/fine-tuning/new" variant={hasFile && !hasJob ? 'filled' : 'default'}>
              {t('overview.tuneAction')}
            </LinkButton>
          </GuardedLink>
        }
      />
      <Step
        title={t('overview.call')}
        text={t('overview.callText')}
        icon={<IconMessageCircle size={18} aria-hidden="true" />}
        isDone={false}
        action={
          <GuardedLink action="model.request" label={t('overview.callAction')}>
            <LinkButton to="/playground" variant={hasModel ? 'filled' : 'default'}>
              {t('overview.callAction')}
            </LinkButton>
          </GuardedLink>
        }
      />
    </SimpleGrid>
  );
}
