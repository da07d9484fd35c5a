import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';

interface CursorListProps<Item> {
  list: {
    data: Item[] | undefined;
    error: Error | null;
    isPending: boolean;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    refetch: () => unknown;
    fetchNextPage: () => unknown;
  };
  empty: ReactNode;
  children: (items: Item[]) => ReactNode;
}

/** A list that comes in pages: pending, failed, empty or filled, with a button for more. */
export function CursorList<Item>({ list, empty, children }: CursorListProps<Item>) {
  const { t } = useTranslation();
  const { data, error, isPending } = list;
  if (isPending) return <LoadingRows />;
  if (error) return <LoadError error={error} onRetry={() => void list.refetch()} />;
  if (!data?.length) return empty;
  return (
    <>
      {children(data)}
      {list.hasNextPage && (
        <Group justify="center">
          <Button
            variant="default"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {t('actions.more')}
          </Button>
        </Group>
      )}
    </>
  );
}
