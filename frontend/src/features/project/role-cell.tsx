import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useRoleName } from '@/components/ui/names';
import { PROJECT_ROLES } from '@/lib/api/admin-types';

interface ProjectRoleCellProps {
  name: string;
  role: string;
  isEditable: boolean;
  onChange: (role: string) => void;
}

/** The role of a person or a service account in the project. */
export function ProjectRoleCell({ name, role, isEditable, onChange }: ProjectRoleCellProps) {
  const { t } = useTranslation();
  const roleName = useRoleName();
  if (!isEditable) return roleName(role);
  return (
    <Select
      size="sm"
      w={150}
      aria-label={t('members.roleOf', { name })}
      data={PROJECT_ROLES.map((value) => ({ value, label: roleName(value) }))}
      value={role}
      allowDeselect={false}
      onChange={(value) => value && value !== role && onChange(value)}
    />
  );
}
