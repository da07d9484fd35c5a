import { Paper, Tabs } from '@mantine/core';
import { Outlet, useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { UploadZone } from '@/features/uploads/upload-zone';
import { ReadOnlyNote } from '@/components/ui/guard';
import { Page } from '@/components/ui/page';
import { useCan } from '@/lib/permissions';

const TABS = ['/data', '/files'] as const;
type Tab = (typeof TABS)[number];

/** One place for all data: what comes in, datasets, and files for other purposes. */
export function DataLayout() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const canUpload = useCan('file.write');
  const { pathname } = useLocation();
  const { dataset } = useSearch({ strict: false });
  const current = TABS.find((tab) => pathname === tab) ?? '/data';
  return (
    <Page title={t('nav.data')} description={t('data.description')}>
      {canUpload ? <UploadZone key={dataset} datasetId={dataset} /> : <ReadOnlyNote action="file.write" />}
      <Tabs value={current} onChange={(tab) => void navigate({ to: tab as Tab })}>
        <Tabs.List>
          <Tabs.Tab value="/data">{t('data.datasets')}</Tabs.Tab>
          <Tabs.Tab value="/files">{t('data.files')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value={current} pt="md">
          <Paper withBorder radius="lg" p="md" bg="var(--finery-surface)">
            <Outlet />
          </Paper>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
