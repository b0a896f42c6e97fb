/**
 * How many letters have to be put in, taken out, changed or swapped with their neighbours to make one text of another; answers
 * no more than one above `max`, so that texts that have nothing in common cost little.
 */
export function editDistance(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max) return max + 1;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let at = 1; at <= b.length; at++) {
      const isSame = a[row - 1] === b[at - 1];
      let least = Math.min(above[at]! + 1, current[at - 1]! + 1, above[at - 1]! + (isSame ? 0 : 1));
      const isSwapped = a[row - 1] === b[at - 2] && a[row - 2] === b[at - 1];
      if (isSwapped) least = Math.min(least, before[at - 2]! + 1);
      current.push(least);
    }
    if (Math.min(...current) > max) return max + 1;
    before = above;
    above = current;
  }
  return Math.min(above[b.length]!, max + 1);
}
