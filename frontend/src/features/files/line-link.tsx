import { Group, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { LinkAnchor } from '@/components/ui/links';

interface LineLinkProps {
  line: number;
  /** Rows with errors are kept apart from the sound ones. */
  isBad?: boolean;
  path?: string | null;
}

/** A line's number, which opens its row. */
export function LineLink({ line, isBad = false, path }: LineLinkProps) {
  const { t } = useTranslation();
  const { fileId } = useParams({ from: '/shell/files/$fileId' });
  return (
    <LinkAnchor
      to="/files/$fileId"
      params={{ fileId }}
      search={{ view: 'rows', only: isBad ? 'bad' : undefined, line, open: line, path: path ?? undefined }}
      aria-label={t('rows.openLine', { line })}
      fw={600}
      size="sm"
    >
      {line}
    </LinkAnchor>
  );
}

interface LineLinksProps extends Omit<LineLinkProps, 'line'> {
  lines: number[];
  /** How many there are, those not in `lines` included. */
  count?: number;
}

/** Some lines to look at, and how many there are besides. */
export function LineLinks({ lines, count = lines.length, ...rest }: LineLinksProps) {
  const { t } = useTranslation();
  if (lines.length === 0) return null;
  return (
    <Group gap={8} component="span">
      <Text size="sm" c="dimmed" component="span">
        {t('report.lines')}
      </Text>
      {lines.map((line) => (
        <LineLink key={line} line={line} {...rest} />
      ))}
      {count > lines.length && (
        <Text size="sm" c="dimmed" component="span">
          {t('report.moreLines', { count: count - lines.length })}
        </Text>
      )}
    </Group>
  );
}
