import { useState, type ReactNode } from 'react';
import { Dialog } from '@/components/ui/dialog';
import { GuardedButton } from '@/components/ui/guard';
import type { Action } from '@/lib/permissions';

interface DialogButtonProps {
  action: Action;
  icon: ReactNode;
  /** What the button says, and the dialog that it opens. */
  title: string;
  isDismissible?: boolean;
  children: (close: () => void) => ReactNode;
}

/** A page's main action, done in a dialog. */
export function DialogButton({ action, icon, title, isDismissible, children }: DialogButtonProps) {
  const [isOpen, setIsOpen] = useState(false);
  const close = () => setIsOpen(false);
  return (
    <>
      <GuardedButton action={action} leftSection={icon} onClick={() => setIsOpen(true)}>
        {title}
      </GuardedButton>
      <Dialog title={title} isOpen={isOpen} onClose={close} isDismissible={isDismissible}>
        {children(close)}
      </Dialog>
    </>
  );
}
