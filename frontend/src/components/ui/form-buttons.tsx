import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface FormButtonsProps {
  submit: string;
  isPending: boolean;
  isDanger?: boolean;
  isDisabled?: boolean;
  onCancel?: () => void;
}

/** The end of a form: leave it, or send it. */
export function FormButtons({ submit, isPending, isDanger, isDisabled, onCancel }: FormButtonsProps) {
  const { t } = useTranslation();
  return (
    <Group justify="flex-end">
      {onCancel && (
        <Button variant="default" onClick={onCancel}>
          {t('actions.cancel')}
        </Button>
      )}
      <Button type="submit" loading={isPending} color={isDanger ? 'red' : undefined} disabled={isDisabled}>
        {submit}
      </Button>
    </Group>
  );
}
