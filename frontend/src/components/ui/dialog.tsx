import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';

interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  /** False while it holds something that is shown once. */
  isDismissible?: boolean;
  children: ReactNode;
}

export function Dialog({ title, isOpen, onClose, isDismissible = true, children }: DialogProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={title} size="lg" closeOnClickOutside={isDismissible}>
      {children}
    </Modal>
  );
}
