import { Box, Button, Group, Stepper, Text } from '@mantine/core';
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { BaseStep } from '@/features/finetuning/base-step';
import { DataStep } from '@/features/finetuning/data-step';
import { MethodStep } from '@/features/finetuning/method-step';
import { ReviewStep } from '@/features/finetuning/review-step';
import { SettingsStep } from '@/features/finetuning/settings-step';
import { useWizard, type Wizard } from '@/features/finetuning/use-wizard';
import { DATA_STEP, REVIEW_STEP, STEPS } from '@/features/finetuning/wizard-values';
import { Guard } from '@/components/ui/guard';
import { Page } from '@/components/ui/page';
import { Panel } from '@/components/ui/panel';

function StepBody({ wizard }: { wizard: Wizard }) {
  const name = STEPS[wizard.step];
  if (name === 'base') return <BaseStep form={wizard.form} />;
  if (name === 'method') return <MethodStep form={wizard.form} />;
  if (name === 'data') return <DataStep form={wizard.form} />;
  if (name === 'settings') return <SettingsStep form={wizard.form} />;
  return <ReviewStep wizard={wizard} />;
}

function StepButtons({ wizard }: { wizard: Wizard }) {
  const { t } = useTranslation();
  const { step, goTo, quote } = wizard;
  return (
    <Group justify="space-between" mt="sm">
      <Button
        variant="default"
        disabled={step === 0}
        onClick={() => void goTo(step - 1)}
        leftSection={<IconArrowLeft size={16} aria-hidden="true" />}
      >
        {t('actions.back')}
      </Button>
      {step < REVIEW_STEP && (
        <Button
          onClick={() => void goTo(step + 1)}
          loading={step === DATA_STEP && quote.isPending}
          rightSection={<IconArrowRight size={16} aria-hidden="true" />}
        >
          {t('actions.next')}
        </Button>
      )}
    </Group>
  );
}

/** A new step's heading takes the focus, so that keyboards and screen readers follow. */
function useStepFocus(step: number) {
  const body = useRef<HTMLDivElement>(null);
  const last = useRef(step);
  useEffect(() => {
    if (last.current !== step) body.current?.focus();
    last.current = step;
  }, [step]);
  return body;
}

function Steps() {
  const { t } = useTranslation();
  const { file } = useSearch({ from: '/shell/fine-tuning/new' });
  const wizard = useWizard(file ?? '');
  const body = useStepFocus(wizard.step);
  const name = STEPS[wizard.step] ?? 'base';
  const title = t(`wizard.${name}.title`);
  return (
    <>
      <Text hiddenFrom="sm" size="sm" c="dimmed">
        {t('wizard.stepOf', { step: wizard.step + 1, steps: STEPS.length })}
      </Text>
      <Box visibleFrom="sm">
        <Stepper active={wizard.step} onStepClick={(step) => void wizard.goTo(step)} size="sm">
          {STEPS.map((each) => (
            <Stepper.Step key={each} label={t(`wizard.${each}.label`)} />
          ))}
        </Stepper>
      </Box>
      <Box ref={body} tabIndex={-1} role="group" aria-label={title} style={{ outline: 'none' }}>
        <Panel title={title} note={t(`wizard.${name}.note`)}>
          <StepBody wizard={wizard} />
          <StepButtons wizard={wizard} />
        </Panel>
      </Box>
    </>
  );
}

export function WizardPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('wizard.title')} description={t('wizard.description')}>
      <Guard action="job.write">
        <Steps />
      </Guard>
    </Page>
  );
}
