/** Prints what a stress test found, in one line: past jest, which would add where it was printed. */
export function printFigures(subject: string, figures: Readonly<Record<string, string | number>>): void {
  const shown = Object.entries(figures).map(([name, figure]) => `${name} ${show(figure)}`);
  process.stdout.write(`  stress: ${subject}: ${shown.join(', ')}\n`);
}

function show(figure: string | number): string {
  if (typeof figure === 'string') return figure;
  return Number.isInteger(figure) ? figure.toLocaleString('en') : figure.toFixed(2);
}
