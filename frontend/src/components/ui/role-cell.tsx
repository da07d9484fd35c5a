import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useRoleName } from '@/components/ui/names';

interface RoleCellProps<Role extends string> {
  name: string;
  role: Role;
  offered: Role[];
  isEditable: boolean;
  onChange: (role: Role) => void;
}

/** The role of whoever has this name: to choose, or only to read. */
export function RoleCell<Role extends string>({
  name,
  role,
  offered,
  isEditable,
  onChange,
}: RoleCellProps<Role>) {
  const { t } = useTranslation();
  const roleName = useRoleName();
  if (!isEditable) return roleName(role);
  return (
    <Select
      size="sm"
      w={170}
      aria-label={t('members.roleOf', { name })}
      data={offered.map((value) => ({ value, label: roleName(value) }))}
      value={role}
      allowDeselect={false}
      onChange={(value) => value && value !== role && onChange(value)}
    />
  );
}
