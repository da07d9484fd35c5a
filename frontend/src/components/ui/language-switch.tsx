import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { setLanguage, useLanguage, type Language } from '@/lib/i18n/i18n';

const OPTIONS = [
  { value: 'en', label: 'English' },
  { value: 'zh-CN', label: '中文' },
];

export function LanguageSwitch({ fullWidth = false }: { fullWidth?: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <SegmentedControl
      size="xs"
      fullWidth={fullWidth}
      aria-label={t('account.language')}
      data={OPTIONS}
      value={language}
      onChange={(value) => setLanguage(value as Language)}
    />
  );
}
