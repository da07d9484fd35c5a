/** The steps of a JSON path such as `messages[2].content` or `$.messages.2.content`. */
export function stepsOf(path: string): string[] {
  return path
    .replace(/\[['"]?([^\]'"]*)['"]?\]/g, '.$1')
    .split('.')
    .filter((step) => step !== '' && step !== '$');
}

/** As many of the path's steps as lead somewhere in `row`: of what is missing, its nearest holder. */
export function stepsWithin(row: unknown, path: string): string[] {
  const found: string[] = [];
  let value = row;
  for (const step of stepsOf(path)) {
    if (typeof value !== 'object' || value === null || !(step in value)) break;
    value = (value as Record<string, unknown>)[step];
    found.push(step);
  }
  return found;
}
