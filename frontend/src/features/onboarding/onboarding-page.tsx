import { Center, Paper, Stack, Stepper, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FirstKeyStep } from '@/features/onboarding/first-key-step';
import { OrganizationStep } from '@/features/onboarding/organization-step';
import { LinkButton } from '@/components/ui/links';
import { StartHeader } from '@/components/ui/start-header';
import type { Organization } from '@/lib/api/types';
import { meQuery } from '@/lib/queries/session';

/** From a verified e-mail to an organization and, if wanted, a first key. */
export function OnboardingPage() {
  const { t } = useTranslation();
  const { data: me } = useSuspenseQuery(meQuery);
  const [created, setCreated] = useState<Organization | null>(null);
  const organization = created ?? me.organizations[0] ?? null;
  const title = organization ? t('onboarding.keyTitle') : t('onboarding.title');
  useEffect(() => {
    document.title = `${title} · Finery`;
  }, [title]);
  return (
    <>
      <StartHeader>
        <LinkButton to="/settings/security" variant="subtle" size="compact-sm">
          {t('account.settings')}
        </LinkButton>
      </StartHeader>
      <Center component="main" px="md" py="xl">
        <Paper
          withBorder
          radius="lg"
          p={{ base: 'lg', xs: 36 }}
          w="100%"
          maw={580}
          bg="var(--finery-surface)"
        >
          <Stack gap="xl">
            <Stepper active={organization ? 1 : 0} size="sm" allowNextStepsSelect={false}>
              <Stepper.Step label={t('onboarding.stepOrganization')} />
              <Stepper.Step label={t('onboarding.stepKey')} />
            </Stepper>
            <div>
              <Title order={1}>{title}</Title>
              <Text c="dimmed" mt={6}>
                {organization ? t('onboarding.keyText') : t('onboarding.text')}
              </Text>
            </div>
            {organization ? (
              <FirstKeyStep organization={organization} />
            ) : (
              <OrganizationStep onCreated={setCreated} />
            )}
          </Stack>
        </Paper>
      </Center>
    </>
  );
}
