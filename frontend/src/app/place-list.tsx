import { Badge, Box, NavLink, ScrollArea, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Organization, Project } from '@/lib/api/types';
import { isArchived, useCurrentPlace } from '@/lib/project';

const contains = (name: string, wanted: string) => name.toLowerCase().includes(wanted.trim().toLowerCase());

/** An organization found by its own name shows all its projects. */
function projectsToShow({ name, projects }: Organization, wanted: string): Project[] {
  return contains(name, wanted) ? projects : projects.filter((project) => contains(project.name, wanted));
}

interface PlaceProps {
  label: string;
  isCurrent: boolean;
  isArchived?: boolean;
  onChoose: () => void;
}

function Place({ label, isCurrent, isArchived = false, onChoose }: PlaceProps) {
  const { t } = useTranslation();
  return (
    <NavLink
      component="button"
      label={label}
      active={isCurrent}
      aria-current={isCurrent ? 'true' : undefined}
      onClick={onChoose}
      rightSection={
        isArchived ? (
          <Badge color="gray" size="sm">
            {t('projects.archived')}
          </Badge>
        ) : isCurrent ? (
          <IconCheck size={14} aria-hidden="true" />
        ) : null
      }
    />
  );
}

interface PlaceListProps {
  wanted: string;
  onChosen: () => void;
}

export function PlaceList({ wanted, onChosen }: PlaceListProps) {
  const { t } = useTranslation();
  const { me, organization: here, project, choose } = useCurrentPlace();
  const go = (id: string) => {
    choose(id);
    onChosen();
  };
  const shown = me.organizations
    .map((organization) => ({ organization, projects: projectsToShow(organization, wanted) }))
    .filter(({ organization, projects }) => projects.length > 0 || contains(organization.name, wanted));
  if (shown.length === 0) {
    return (
      <Text size="sm" c="dimmed" p="xs" role="status">
        {t('switcher.nothing')}
      </Text>
    );
  }
  return (
    <ScrollArea.Autosize mah={320} type="auto">
      {shown.map(({ organization, projects }) => (
        <Box key={organization.id} role="group" aria-label={organization.name}>
          <Text size="xs" fw={600} c="dimmed" px={12} py={4} truncate>
            {organization.name}
          </Text>
          {projects.length === 0 && (
            <Place
              label={t('switcher.noProject')}
              isCurrent={organization.id === here.id && !project}
              onChoose={() => go(organization.id)}
            />
          )}
          {projects.map((each) => (
            <Place
              key={each.id}
              label={each.name}
              isCurrent={each.id === project?.id}
              isArchived={isArchived(each)}
              onChoose={() => go(each.id)}
            />
          ))}
        </Box>
      ))}
    </ScrollArea.Autosize>
  );
}
