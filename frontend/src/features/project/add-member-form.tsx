import { Select, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { projectMembersQuery, projectPath } from '@/features/project/project-queries';
import { ErrorNote } from '@/components/ui/error-note';
import { FormButtons } from '@/components/ui/form-buttons';
import { LoadError } from '@/components/ui/load-error';
import { LoadingRows } from '@/components/ui/loading';
import { useRoleName } from '@/components/ui/names';
import { useWrite } from '@/components/ui/use-write';
import { PROJECT_ROLES, type ProjectMember } from '@/lib/api/admin-types';
import { request } from '@/lib/api/client';
import { useScope } from '@/lib/project';
import { memberName, membersQuery } from '@/lib/queries/members';

interface NewMember {
  user_id: string;
  role: string;
}

export function AddMemberForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const scope = useScope();
  const roleName = useRoleName();
  const people = useInfiniteQuery(membersQuery(scope));
  const present = useInfiniteQuery(projectMembersQuery(scope));
  const form = useForm({ initialValues: { user_id: '', role: 'member' } });
  const add = useWrite({
    run: (body: NewMember) =>
      request<ProjectMember>(projectPath(scope, 'users'), { method: 'POST', scope, body }),
    refresh: [projectMembersQuery(scope).queryKey],
    done: t('projectMembers.added'),
    onDone,
  });
  if (people.isPending) return <LoadingRows rows={2} />;
  if (people.error) return <LoadError error={people.error} onRetry={() => void people.refetch()} />;
  const taken = new Set(present.data?.map(({ id }) => id));
  const offered = people.data.filter(({ id }) => !taken.has(id));
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <Stack>
        {add.error && <ErrorNote error={add.error} />}
        <Select
          label={t('members.member')}
          placeholder={t('transfer.choose')}
          nothingFoundMessage={t('projectMembers.nobody')}
          data={offered.map((member) => ({ value: member.id, label: memberName(member) }))}
          searchable
          required
          {...form.getInputProps('user_id')}
        />
        <Select
          label={t('members.role')}
          data={PROJECT_ROLES.map((value) => ({ value, label: roleName(value) }))}
          allowDeselect={false}
          {...form.getInputProps('role')}
        />
        <FormButtons
          submit={t('projectMembers.addNow')}
          isPending={add.isPending}
          isDisabled={!form.values.user_id}
          onCancel={onDone}
        />
      </Stack>
    </form>
  );
}
