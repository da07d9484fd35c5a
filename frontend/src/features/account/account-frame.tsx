import type { ReactNode } from 'react';
import { Page } from '@/components/ui/page';
import { Refusal } from '@/components/ui/refusal';
import { useMe } from '@/lib/queries/session';

interface AccountFrameProps {
  title: string;
  description: string;
  children: ReactNode;
}

/** A page of one's own account. Not shown to staff who look on: it is not theirs. */
export function AccountFrame({ title, description, children }: AccountFrameProps) {
  const me = useMe();
  return (
    <Page title={title} description={description}>
      {me.impersonation ? <Refusal kind="readOnly" /> : children}
    </Page>
  );
}
