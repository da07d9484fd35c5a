import type { Mapping, RowFormat } from '@/lib/api/data-types';
import type { Column } from '@/lib/api/report-types';

interface Role {
  name: string;
  isOptional?: boolean;
}

const role = (name: string): Role => ({ name });
const optional = (name: string): Role => ({ name, isOptional: true });

/** What columns can hold, by format: `kernel.rows.Mapping`. */
export const ROLES: Record<RowFormat, Role[]> = {
  chat: [role('prompt'), role('response'), optional('system'), optional('history'), optional('tools')],
  preference: [role('input'), role('preferred_output'), role('non_preferred_output')],
  reinforcement: [role('messages')],
  classification: [role('text'), role('label')],
  regression: [role('text'), role('value')],
  grading: [role('prompt'), role('response'), role('score')],
  token_labels: [role('tokens'), role('labels')],
  pairs: [role('anchor'), role('positive'), optional('score')],
  triplets: [role('anchor'), role('positive'), role('negative')],
  ranking: [role('user'), role('item'), optional('rating'), optional('timestamp')],
  text: [role('text'), optional('title')],
  series: [role('timestamp'), role('value')],
  image: [role('image'), optional('label')],
  audio: [role('audio'), optional('label')],
};

export const isComplete = ({ format, columns }: Mapping) =>
  ROLES[format].every(({ name, isOptional }) => isOptional || (columns[name]?.length ?? 0) > 0);

/** Only what belongs to the format, and no empty role. */
export function cleaned({ format, columns }: Mapping): Mapping {
  const held = ROLES[format].flatMap(({ name }) => {
    const chosen = columns[name] ?? [];
    return chosen.length > 0 ? [[name, chosen] as const] : [];
  });
  return { format, columns: Object.fromEntries(held) };
}

/** What to begin with: the columns that bear the role's very name. */
export function firstMapping(format: RowFormat, columns: Column[]): Mapping {
  const found: Mapping['columns'] = {};
  for (const { name } of ROLES[format]) {
    const column = columns.find((each) => each.name.toLowerCase() === name);
    if (column) found[name] = [column.name];
  }
  return { format, columns: found };
}
