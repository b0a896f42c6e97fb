/** Lines shown around a change. */
const CONTEXT = 2;
/** Texts of more lines than this are not searched for what they have in common. */
const MAX_CELLS = 4_000_000;

/** What has changed between two texts, line by line: `-` what was, `+` what is; empty if nothing has. */
export function lineDiff(before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  const rest = Math.min(old.length, now.length) - head;
  while (tail < rest && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const lines = [
    ...old.slice(0, head).map((line) => `  ${line}`),
    ...changes(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...old.slice(old.length - tail).map((line) => `  ${line}`),
  ];
  return nearChanges(lines).join('\n');
}

/** By the longest common subsequence. */
function changes(old: readonly string[], now: readonly string[]): readonly string[] {
  if (old.length * now.length > MAX_CELLS) {
    return [...old.map((line) => `- ${line}`), ...now.map((line) => `+ ${line}`)];
  }
  // common[i][j]: how many lines old from i on and now from j on have in common, in order.
  const common = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      common[i]![j] =
        old[i] === now[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push(`  ${old[i++]}`);
      j++;
    } else if (j === now.length || (i < old.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      lines.push(`- ${old[i++]}`);
    } else lines.push(`+ ${now[j++]}`);
  }
  return lines;
}

function nearChanges(lines: readonly string[]): readonly string[] {
  const isNear = (at: number): boolean =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some((line) => !line.startsWith('  '));
  const shown: string[] = [];
  let gap = false;
  for (const [at, line] of lines.entries()) {
    if (!isNear(at)) gap = shown.length > 0;
    else {
      if (gap) shown.push('…');
      gap = false;
      shown.push(line);
    }
  }
  return shown;
}
