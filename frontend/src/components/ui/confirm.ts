import { modals } from '@mantine/modals';

interface ConfirmProps {
  title: string;
  text: string;
  confirm: string;
  cancel: string;
  onConfirm: () => void;
}

/** Ask before something is lost. */
export function confirmDanger({ title, text, confirm, cancel, onConfirm }: ConfirmProps): void {
  modals.openConfirmModal({
    title,
    children: text,
    labels: { confirm, cancel },
    confirmProps: { color: 'red' },
    onConfirm,
  });
}
