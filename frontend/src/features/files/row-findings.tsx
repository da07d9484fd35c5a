import { Alert, Code, Text } from '@mantine/core';
import { useFindingName } from '@/components/ui/names';
import type { Finding } from '@/lib/api/data-types';

/** What is wrong with one row. */
export function RowFindings({ findings }: { findings: Finding[] }) {
  const findingName = useFindingName();
  return findings.map(({ code, param, message }, index) => (
    <Alert key={index} color="yellow" title={findingName(code) ?? code}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {message} {param && <Code bg="transparent">{param}</Code>}
      </Text>
    </Alert>
  ));
}
