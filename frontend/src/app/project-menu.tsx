import {
  Divider,
  Group,
  NavLink,
  Popover,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
  VisuallyHidden,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBuilding, IconFolderPlus, IconSearch, IconSelector } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NewOrganizationDialog } from '@/features/organization/new-organization-dialog';
import { NewProjectDialog } from '@/features/organization/new-project-dialog';
import { PlaceList } from '@/app/place-list';
import { useCan } from '@/lib/permissions';
import { useCurrentPlace } from '@/lib/project';

const SEARCH_FROM = 8; // so many projects are searched, fewer are seen at a glance

interface PlacesProps {
  onNew: (what: 'project' | 'organization') => void;
  onClose: () => void;
}

function Places({ onNew, onClose }: PlacesProps) {
  const { t } = useTranslation();
  const { me } = useCurrentPlace();
  const canCreate = useCan('project.create');
  const [wanted, setWanted] = useState('');
  const count = me.organizations.flatMap(({ projects }) => projects).length;
  return (
    <Stack gap={6}>
      {count >= SEARCH_FROM && (
        <TextInput
          size="sm"
          aria-label={t('switcher.search')}
          placeholder={t('switcher.search')}
          leftSection={<IconSearch size={15} aria-hidden="true" />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
          data-autofocus
        />
      )}
      <PlaceList wanted={wanted} onChosen={onClose} />
      <Divider />
      <div>
        {canCreate && (
          <NavLink
            component="button"
            label={t('projects.create')}
            leftSection={<IconFolderPlus size={16} aria-hidden="true" />}
            onClick={() => onNew('project')}
          />
        )}
        {!me.impersonation && (
          <NavLink
            component="button"
            label={t('switcher.newOrganization')}
            leftSection={<IconBuilding size={16} aria-hidden="true" />}
            onClick={() => onNew('organization')}
          />
        )}
      </div>
    </Stack>
  );
}

function Target() {
  const { t } = useTranslation();
  const { organization, project } = useCurrentPlace();
  return (
    <Group justify="space-between" wrap="nowrap" gap="xs">
      <div style={{ minWidth: 0 }}>
        <VisuallyHidden>{t('nav.project')}</VisuallyHidden>
        <Text size="sm" fw={600} truncate>
          {organization.name}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {project?.name ?? t('switcher.noProject')}
        </Text>
      </div>
      <IconSelector size={16} aria-hidden="true" />
    </Group>
  );
}

/** Which organization and project the pages show. */
export function ProjectMenu() {
  const { t } = useTranslation();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const [creating, setCreating] = useState<'project' | 'organization' | null>(null);
  const create = (what: 'project' | 'organization') => {
    close();
    setCreating(what);
  };
  return (
    <>
      <Popover opened={isOpen} onDismiss={close} width="target" position="bottom-start" trapFocus returnFocus>
        <Popover.Target>
          <UnstyledButton
            px={12}
            py={8}
            onClick={toggle}
            aria-haspopup="dialog"
            style={{ border: '1px solid var(--mantine-color-default-border)', borderRadius: 10 }}
          >
            <Target />
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown p={6} aria-label={t('nav.project')}>
          <Places onNew={create} onClose={close} />
        </Popover.Dropdown>
      </Popover>
      <NewProjectDialog isOpen={creating === 'project'} onClose={() => setCreating(null)} />
      <NewOrganizationDialog isOpen={creating === 'organization'} onClose={() => setCreating(null)} />
    </>
  );
}
