import { Button, Group, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

function JumpForm({ onJump }: { onJump: (line: number) => void }) {
  const { t } = useTranslation();
  const [line, setLine] = useState<number | string>('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (Number(line) > 0) onJump(Number(line));
      }}
    >
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <NumberInput
          label={t('rows.line')}
          value={line}
          onChange={setLine}
          min={1}
          allowDecimal={false}
          hideControls
          w={110}
        />
        <Button type="submit" variant="default">
          {t('rows.jump')}
        </Button>
      </Group>
    </form>
  );
}

interface RowFiltersProps {
  search: string;
  onSearch: (text: string) => void;
  labels: string[];
  label: string | null;
  onLabel: (label: string | null) => void;
  isBadOnly: boolean;
  onBadOnly: (isBadOnly: boolean) => void;
  onJump: (line: number) => void;
}

/** Which rows to see. */
export function RowFilters(props: RowFiltersProps) {
  const { t } = useTranslation();
  return (
    <Group align="flex-end" gap="md">
      <TextInput
        label={t('rows.search')}
        value={props.search}
        onChange={(event) => props.onSearch(event.currentTarget.value)}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        disabled={props.isBadOnly}
        flex="1 1 200px"
      />
      {props.labels.length > 0 && (
        <Select
          label={t('rows.label')}
          placeholder={t('rows.anyLabel')}
          data={props.labels}
          value={props.label}
          onChange={props.onLabel}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('actions.clear') }}
          disabled={props.isBadOnly}
          w={200}
        />
      )}
      <JumpForm onJump={props.onJump} />
      <Switch
        label={t('rows.onlyBad')}
        checked={props.isBadOnly}
        onChange={(event) => props.onBadOnly(event.currentTarget.checked)}
        mb={8}
      />
    </Group>
  );
}
