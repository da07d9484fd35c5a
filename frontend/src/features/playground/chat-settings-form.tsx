import { Accordion, NumberInput, SimpleGrid, Stack, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ChatSettings } from '@/features/playground/use-chat-column';

export const FIRST_SETTINGS: ChatSettings = { system: '', temperature: 0.7, maxTokens: 256 };

interface ChatSettingsFormProps {
  settings: ChatSettings;
  onChange: (settings: ChatSettings) => void;
}

export function ChatSettingsForm({ settings, onChange }: ChatSettingsFormProps) {
  const { t } = useTranslation();
  const change = (changes: Partial<ChatSettings>) => onChange({ ...settings, ...changes });
  return (
    <Accordion variant="contained" radius="md">
      <Accordion.Item value="settings" bg="var(--finery-surface)">
        <Accordion.Control>{t('playground.settings')}</Accordion.Control>
        <Accordion.Panel>
          <Stack>
            <Textarea
              label={t('playground.system')}
              placeholder={t('playground.systemPlaceholder')}
              value={settings.system}
              onChange={(event) => change({ system: event.currentTarget.value })}
              autosize
              minRows={2}
              maxRows={6}
            />
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <NumberInput
                label={t('playground.temperature')}
                value={settings.temperature}
                min={0}
                max={2}
                step={0.1}
                decimalScale={2}
                onChange={(value) => change({ temperature: Number(value) })}
              />
              <NumberInput
                label={t('playground.maxTokens')}
                value={settings.maxTokens}
                min={1}
                max={32_768}
                step={64}
                allowDecimal={false}
                onChange={(value) => change({ maxTokens: Number(value) || 1 })}
              />
            </SimpleGrid>
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
