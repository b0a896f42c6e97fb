/** An independent statement of what a pattern hears, as a regular expression over the whole topic. */
export function naivePattern(pattern: string): RegExp {
  const segment = '[A-Za-z0-9_-]+(?=[:.]|$)';
  let source = '';
  for (const [, separator, text] of pattern.matchAll(/(^|[:.])([^:.]+)/g)) {
    const own = separator ? `(?:^|[${separator}])` : '';
    if (text === '**') source += `(?:${own}${segment}(?:[:.]${segment})*)?`;
    else source += own + (text === '*' ? segment : `${text}(?=[:.]|$)`);
  }
  return new RegExp(`^${source}$`);
}
