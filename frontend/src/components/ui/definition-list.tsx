import { Box, Text } from '@mantine/core';
import type { ReactNode } from 'react';

export interface Definition {
  term: string;
  value: ReactNode;
}

/** Names and values in two columns. */
export function DefinitionList({ items }: { items: Definition[] }) {
  return (
    <Box
      component="dl"
      m={0}
      style={{
        display: 'grid',
        gridTemplateColumns: 'fit-content(58%) minmax(0, 1fr)',
        gap: '10px 20px',
        alignItems: 'baseline',
      }}
    >
      {items.map(({ term, value }) => (
        <Box key={term} style={{ display: 'contents' }}>
          <Text component="dt" size="sm" c="dimmed">
            {term}
          </Text>
          <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere' }}>
            {value}
          </Text>
        </Box>
      ))}
    </Box>
  );
}
