import { Fieldset, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { invitationsKey } from '@/features/organization/organization-queries';
import { ErrorNote } from '@/components/ui/error-note';
import { FormButtons } from '@/components/ui/form-buttons';
import { useRoleName } from '@/components/ui/names';
import { useWrite } from '@/components/ui/use-write';
import { ORGANIZATION_ROLES, ownsEveryProject, PROJECT_ROLES, type Invitation } from '@/lib/api/admin-types';
import { request } from '@/lib/api/client';
import type { Project } from '@/lib/api/types';
import { useCan } from '@/lib/permissions';
import { isArchived, useCurrentPlace, useOrganizationScope } from '@/lib/project';

interface Values extends Record<string, unknown> {
  email: string;
  role: string;
  /** By project id; empty: not in it. */
  projects: Record<string, string>;
}

const bodyOf = ({ email, role, projects }: Values) => ({
  email: email.trim(),
  role,
  projects: ownsEveryProject(role)
    ? []
    : Object.entries(projects)
        .filter(([, projectRole]) => projectRole)
        .map(([id, projectRole]) => ({ id, role: projectRole })),
});

/** A guest starts in the default project, as everybody does: somewhere there is something to see. */
const defaultSeat = (projects: Project[]) =>
  Object.fromEntries(projects.filter(({ is_default }) => is_default).map(({ id }) => [id, 'member']));

interface ProjectRolesProps {
  projects: Project[];
  roles: Record<string, string>;
  onChange: (projectId: string, role: string) => void;
}

function ProjectRoles({ projects, roles, onChange }: ProjectRolesProps) {
  const { t } = useTranslation();
  const roleName = useRoleName();
  const options = [
    { value: '', label: t('invitations.noRole') },
    ...PROJECT_ROLES.map((role) => ({ value: role, label: roleName(role) })),
  ];
  return (
    <Fieldset legend={t('invitations.projects')}>
      <Stack gap="xs">
        {projects.map(({ id, name }) => (
          <Group key={id} justify="space-between" wrap="nowrap">
            <Text size="sm" truncate>
              {name}
            </Text>
            <Select
              size="sm"
              w={160}
              aria-label={t('invitations.roleIn', { name })}
              data={options}
              value={roles[id] ?? ''}
              allowDeselect={false}
              onChange={(role) => onChange(id, role ?? '')}
            />
          </Group>
        ))}
      </Stack>
    </Fieldset>
  );
}

export function InviteForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const scope = useOrganizationScope();
  const roleName = useRoleName();
  const mayNameOwner = useCan('owner.write');
  const { organization } = useCurrentPlace();
  const form = useForm<Values>({
    initialValues: { email: '', role: 'developer', projects: defaultSeat(organization.projects) },
  });
  const invite = useWrite({
    run: (values: Values) =>
      request<Invitation>('/v1/organization/invites', { method: 'POST', scope, body: bodyOf(values) }),
    refresh: [invitationsKey(scope)],
    done: t('invitations.sent'),
    onDone,
  });
  const roles = ORGANIZATION_ROLES.filter((role) => mayNameOwner || role !== 'owner');
  const { role, projects } = form.values;
  return (
    <form onSubmit={form.onSubmit((values) => invite.mutate(values))}>
      <Stack>
        {invite.error && <ErrorNote error={invite.error} />}
        <TextInput
          label={t('auth.email')}
          type="email"
          required
          data-autofocus
          {...form.getInputProps('email')}
        />
        <Select
          label={t('invitations.role')}
          description={t(`roleNote.${role as (typeof ORGANIZATION_ROLES)[number]}`)}
          data={roles.map((value) => ({ value, label: roleName(value) }))}
          allowDeselect={false}
          {...form.getInputProps('role')}
        />
        {!ownsEveryProject(role) && (
          <ProjectRoles
            projects={organization.projects.filter((project) => !isArchived(project))}
            roles={projects}
            onChange={(id, projectRole) => form.setFieldValue('projects', { ...projects, [id]: projectRole })}
          />
        )}
        <FormButtons submit={t('invitations.send')} isPending={invite.isPending} onCancel={onDone} />
      </Stack>
    </form>
  );
}
