/** How many different names a message has. */
const MAX_NAMES = 10;

/** Names for a message: equal ones together with their number, in order of first appearance, and the rest by its number alone. */
export function nameList(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const groups = [...counts].slice(0, MAX_NAMES);
  const shown = groups.map(([name, count]) => (count === 1 ? name : `${name} ×${count}`)).join(', ');
  const left = names.length - groups.reduce((sum, [, count]) => sum + count, 0);
  return left === 0 ? shown : `${shown} and ${left} more`;
}
