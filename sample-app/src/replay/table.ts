/** Text in columns: the first to the left, the others, being figures, to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const format = (line: readonly string[]): string =>
    line
      .map((text, column) => (column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!)))
      .join('  ');
  const [first, ...others] = lines.map(format);
  return [first, widths.map((width) => '─'.repeat(width)).join('──'), ...others].join('\n');
}
