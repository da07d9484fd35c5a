import { Group, Text } from '@mantine/core';

/** An ember over the hearth's edge. */
export function LogoMark({ size = 30 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="var(--mantine-color-ember-7)" />
      <path
        d="M16 5c1 5-5.6 7.2-5.6 13.2 0 1.600.5 2.900 1.300 4 .2-2.500 1.300-4.300 3.100-5.700-.2 2 .6 3.100 1.800 4.100 1.100.9 1.500 1.900 1.300 3.300 2.300-1 3.700-3 3.700-5.700C21.600 13 17 11 16 5Z"
        fill="#fff"
      />
      <path d="M8 26.500h16" stroke="#fff" strokeWidth="2.2" strokeLinecap="round" />
    </svg>
  );
}

export function Logo() {
  return (
    <Group gap={10} wrap="nowrap">
      <LogoMark />
      <Text component="span" fw={700} fz={19} lh={1} style={{ letterSpacing: '-0.02em' }}>
        Finery
      </Text>
    </Group>
  );
}
