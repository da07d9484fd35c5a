import { useTranslation } from 'react-i18next';

const NEVER = 'never';
const DAYS = [1, 7, 30, 90, 365];
const DAY_SECONDS = 86_400;

/** How long a new key works, as options of a select: a number of days, or for good. */
export function useExpiryOptions() {
  const { t } = useTranslation();
  return [
    ...DAYS.map((count) => ({ value: String(count), label: t('keys.expiryDays', { count }) })),
    { value: NEVER, label: t('keys.expiryNever') },
  ];
}

export const secondsOf = (option: string): { expires_in_seconds?: number } =>
  option === NEVER ? {} : { expires_in_seconds: Number(option) * DAY_SECONDS };
