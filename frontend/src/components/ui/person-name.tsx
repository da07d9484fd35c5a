import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { memberName } from '@/lib/queries/members';

interface PersonNameProps {
  person: { id: string; name: string; email: string };
  badge?: ReactNode;
}

/** What a person is called, and the address below when that is not it already. */
export function PersonName({ person, badge }: PersonNameProps) {
  return (
    <>
      <Group gap={6}>
        <Text fw={600} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {memberName(person)}
        </Text>
        {badge}
      </Group>
      {person.name && person.email && (
        <Text size="xs" c="dimmed">
          {person.email}
        </Text>
      )}
    </>
  );
}
