import { SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { BalanceStats } from '@/features/overview/balance-stats';
import { NextSteps } from '@/features/overview/next-steps';
import { QuickStart } from '@/features/overview/quick-start';
import { RecentFiles } from '@/features/overview/recent-files';
import { RecentJobs } from '@/features/overview/recent-jobs';
import { Page } from '@/components/ui/page';
import { useCurrentProject } from '@/lib/project';

export function OverviewPage() {
  const { t } = useTranslation();
  const { organization } = useCurrentProject();
  return (
    <Page title={t('nav.overview')} description={t('overview.description', { name: organization.name })}>
      <BalanceStats />
      <NextSteps />
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <RecentJobs />
        <RecentFiles />
      </SimpleGrid>
      <QuickStart />
    </Page>
  );
}
