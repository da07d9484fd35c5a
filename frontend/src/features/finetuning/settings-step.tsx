import { Button, Collapse, NumberInput, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { WizardForm } from '@/features/finetuning/use-wizard';

const ADVANCED = ['n_epochs', 'batch_size', 'learning_rate_multiplier', 'seed'] as const;

const BOUNDS = {
  n_epochs: { min: 1, max: 50, allowDecimal: false },
  batch_size: { min: 1, max: 256, allowDecimal: false },
  learning_rate_multiplier: { min: 0.01, max: 10, decimalScale: 6, step: 0.1 },
  seed: { min: 0, max: 2_147_483_647, allowDecimal: false },
} as const;

export function SettingsStep({ form }: { form: WizardForm }) {
  const { t } = useTranslation();
  const hasError = ADVANCED.some((name) => form.errors[name]);
  const [isOpen, { toggle }] = useDisclosure(
    hasError || ADVANCED.some((name) => form.getValues()[name] !== ''),
  );
  const isShown = isOpen || hasError;
  return (
    <Stack align="stretch">
      <TextInput
        label={t('wizard.settings.suffix')}
        description={t('wizard.settings.suffixNote')}
        placeholder="support-v1"
        maxLength={64}
        {...form.getInputProps('suffix')}
      />
      <div>
        <Button
          variant="subtle"
          size="compact-md"
          onClick={toggle}
          aria-expanded={isShown}
          aria-controls="advanced-settings"
          rightSection={
            isShown ? (
              <IconChevronUp size={16} aria-hidden="true" />
            ) : (
              <IconChevronDown size={16} aria-hidden="true" />
            )
          }
        >
          {t('wizard.settings.advanced')}
        </Button>
      </div>
      <Collapse expanded={isShown} id="advanced-settings">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {ADVANCED.map((name) => (
            <NumberInput
              key={name}
              label={t(`wizard.settings.${name}`)}
              description={t(`wizard.settings.${name}_note`)}
              placeholder={t('wizard.settings.auto')}
              {...BOUNDS[name]}
              {...form.getInputProps(name)}
            />
          ))}
        </SimpleGrid>
      </Collapse>
    </Stack>
  );
}
