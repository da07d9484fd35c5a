import { Alert, Code, Text } from '@mantine/core';
import { useFindingName, useFindingText } from '@/components/ui/names';
import type { Finding } from '@/lib/api/data-types';

/** What is wrong with one row. */
export function RowFindings({ findings }: { findings: Finding[] }) {
  const findingName = useFindingName();
  const findingText = useFindingText();
  return findings.map((finding, index) => (
    <Alert key={index} color="yellow" title={findingName(finding.code) ?? finding.code}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {findingText(finding)} {finding.param && <Code bg="transparent">{finding.param}</Code>}
      </Text>
    </Alert>
  ));
}
