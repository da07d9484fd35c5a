import { Group, Menu, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconSelector } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCurrentProject } from '@/lib/project';

/** Which organization and project the pages show. */
export function ProjectMenu() {
  const { t } = useTranslation();
  const { me, organization, project, choose } = useCurrentProject();
  return (
    <Menu width="target" position="bottom-start">
      <Menu.Target>
        <UnstyledButton
          px={12}
          py={8}
          style={{ border: '1px solid var(--mantine-color-default-border)', borderRadius: 10 }}
        >
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <div style={{ minWidth: 0 }}>
              <VisuallyHidden>{t('nav.project')}</VisuallyHidden>
              <Text size="sm" fw={600} truncate>
                {organization.name}
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {project.name}
              </Text>
            </div>
            <IconSelector size={16} aria-hidden="true" />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {me.organizations.map((each) => (
          <div key={each.id}>
            <Menu.Label>{each.name}</Menu.Label>
            {each.projects.map(({ id, name }) => (
              <Menu.Item
                key={id}
                onClick={() => choose(id)}
                rightSection={id === project.id ? <IconCheck size={14} aria-hidden="true" /> : null}
              >
                {name}
              </Menu.Item>
            ))}
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
