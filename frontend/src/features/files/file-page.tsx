import { Button, SimpleGrid } from '@mantine/core';
import { IconDownload, IconFlame, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFileActions } from '@/features/files/file-actions';
import { fileQuery } from '@/features/files/report-query';
import { ReportView } from '@/features/files/report-view';
import { LoadError } from '@/components/ui/load-error';
import { GuardedButton, GuardedLink } from '@/components/ui/guard';
import { LinkButton } from '@/components/ui/links';
import { LoadingRows } from '@/components/ui/loading';
import { Page } from '@/components/ui/page';
import { Stat } from '@/components/ui/stat';
import { StatusBadge } from '@/components/ui/status-badge';
import type { FileObject } from '@/lib/api/types';
import { formatDateTime, formatRelative } from '@/lib/format/dates';
import { formatBytes } from '@/lib/format/numbers';
import { useLanguage } from '@/lib/i18n/i18n';
import { useScope } from '@/lib/project';

function FileActions({ file }: { file: FileObject }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { download, askDelete } = useFileActions(() => void navigate({ to: '/files' }));
  return (
    <>
      {file.status === 'processed' && (
        <GuardedLink action="job.write" label={t('files.train')}>
          <LinkButton
            to="/fine-tuning/new"
            search={{ file: file.id }}
            leftSection={<IconFlame size={16} aria-hidden="true" />}
          >
            {t('files.train')}
          </LinkButton>
        </GuardedLink>
      )}
      <Button
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden="true" />}
        onClick={() => download(file)}
      >
        {t('actions.download')}
      </Button>
      <GuardedButton
        action="file.write"
        variant="default"
        leftSection={<IconTrash size={16} aria-hidden="true" />}
        onClick={() => askDelete(file)}
      >
        {t('actions.delete')}
      </GuardedButton>
    </>
  );
}

export function FilePage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { fileId } = useParams({ from: '/shell/files/$fileId' });
  const { data: file, error, isPending, refetch } = useQuery(fileQuery(useScope(), fileId));
  if (isPending) return <LoadingRows rows={6} />;
  if (error) {
    return (
      <Page title={t('files.one')}>
        <LoadError error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  return (
    <Page
      title={file.filename}
      badge={<StatusBadge status={file.status} />}
      description={file.id}
      actions={<FileActions file={file} />}
    >
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <Stat label={t('files.size')} value={formatBytes(file.bytes, language)} />
        <Stat label={t('files.purpose')} value={file.purpose} />
        <Stat
          label={t('columns.created')}
          value={formatRelative(file.created_at, language)}
          note={formatDateTime(file.created_at, language)}
        />
      </SimpleGrid>
      <ReportView fileId={file.id} />
    </Page>
  );
}
