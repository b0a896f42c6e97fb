/** The code blocks of a Markdown text in one language, with the line on which each begins. */
export function codeBlocks(
  markdown: string,
  language: string,
): { readonly line: number; readonly code: string }[] {
  const blocks: { line: number; code: string }[] = [];
  const pattern = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm');
  for (const match of markdown.matchAll(pattern)) {
    blocks.push({ line: markdown.slice(0, match.index).split('\n').length + 1, code: match[1] ?? '' });
  }
  return blocks;
}

/** The rows of all tables of a Markdown text, headings left out, each a list of trimmed cells. */
export function tableRows(markdown: string): string[][] {
  const rows: string[][] = [];
  const lines = markdown.split('\n');
  for (const [at, line] of lines.entries()) {
    const isHeading = /^\|[\s-|]+\|$/.test(lines[at + 1] ?? '');
    if (!line.startsWith('|') || isHeading || /^\|[\s-|]+\|$/.test(line)) continue;
    rows.push(
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  }
  return rows;
}
