import { Button, Group, SimpleGrid, Stack, Switch, Textarea } from '@mantine/core';
import { IconEraser, IconPlayerStop, IconSend } from '@tabler/icons-react';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ChatColumn } from '@/features/playground/chat-column';
import { ChatSettingsForm, FIRST_SETTINGS } from '@/features/playground/chat-settings-form';
import { useChatColumn, type ChatSettings } from '@/features/playground/use-chat-column';
import type { Base } from '@/lib/api/types';
import { isTuned } from '@/lib/queries/models';

interface ComposerProps {
  isBusy: boolean;
  onSend: (text: string) => void;
  onStop: () => void;
  onClear: () => void;
}

function Composer({ isBusy, onSend, onStop, onClear }: ComposerProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const send = () => {
    if (!text.trim() || isBusy) return;
    onSend(text.trim());
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <Stack gap="xs">
      <Textarea
        label={t('playground.message')}
        description={t('playground.messageHint')}
        placeholder={t('playground.placeholder')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        autosize
        minRows={2}
        maxRows={8}
      />
      <Group justify="space-between">
        <Button
          variant="subtle"
          color="gray"
          onClick={onClear}
          disabled={isBusy}
          leftSection={<IconEraser size={16} aria-hidden="true" />}
        >
          {t('playground.clear')}
        </Button>
        {isBusy ? (
          <Button
            variant="default"
            onClick={onStop}
            leftSection={<IconPlayerStop size={16} aria-hidden="true" />}
          >
            {t('playground.stop')}
          </Button>
        ) : (
          <Button
            onClick={send}
            disabled={!text.trim()}
            leftSection={<IconSend size={16} aria-hidden="true" />}
          >
            {t('playground.send')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

/** Chat with a model; a tuned one answers beside its base. */
export function ChatPanel({ model, base }: { model: string; base: Base | null }) {
  const { t } = useTranslation();
  const canCompare = isTuned(model) && base !== null;
  const [isComparing, setIsComparing] = useState(canCompare);
  const [settings, setSettings] = useState<ChatSettings>(FIRST_SETTINGS);
  const main = useChatColumn(model);
  const other = useChatColumn(base?.id ?? model);
  const columns = isComparing ? [other, main] : [main];
  return (
    <Stack gap="lg">
      <ChatSettingsForm settings={settings} onChange={setSettings} />
      {canCompare && (
        <Switch
          label={t('playground.compare')}
          checked={isComparing}
          onChange={(event) => setIsComparing(event.currentTarget.checked)}
        />
      )}
      <SimpleGrid cols={{ base: 1, md: isComparing ? 2 : 1 }}>
        {isComparing && base && (
          <ChatColumn title={t('playground.base')} model={base.id} turns={other.turns} price={base.price} />
        )}
        <ChatColumn
          title={isTuned(model) ? t('playground.tuned') : t('playground.base')}
          model={model}
          turns={main.turns}
          price={base?.price ?? null}
        />
      </SimpleGrid>
      <Composer
        isBusy={columns.some(({ isBusy }) => isBusy)}
        onSend={(text) => columns.forEach(({ ask }) => void ask(text, settings))}
        onStop={() => columns.forEach(({ stop }) => stop())}
        onClear={() => columns.forEach(({ clear }) => clear())}
      />
    </Stack>
  );
}
