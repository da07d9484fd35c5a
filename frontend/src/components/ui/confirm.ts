import { modals } from '@mantine/modals';
import i18next from 'i18next';

interface ConfirmProps {
  title: string;
  text: string;
  confirm: string;
  cancel?: string;
  onConfirm: () => void;
}

/** Ask before something is lost. */
export function confirmDanger({
  title,
  text,
  confirm,
  cancel = i18next.t('actions.cancel'),
  onConfirm,
}: ConfirmProps): void {
  modals.openConfirmModal({
    title,
    children: text,
    labels: { confirm, cancel },
    confirmProps: { color: 'red' },
    onConfirm,
  });
}
