/** The cells of a CSV table (RFC 4180), as the platform writes its result files. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cells = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n|\n|\r|$)/y;
  cells.lastIndex = text.startsWith('\ufeff') ? 1 : 0;
  while (cells.lastIndex < text.length) {
    const [, cell = '', end] = cells.exec(text) ?? [];
    if (end === undefined) break;
    row.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === ',' && cells.lastIndex < text.length) continue;
    if (end === ',') row.push('');
    rows.push(row);
    row = [];
  }
  return row.length > 0 ? [...rows, row] : rows;
}
