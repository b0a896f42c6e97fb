/** What a terminal or a log viewer obeys instead of showing it: controls, line ends, bidirectional overrides and the like. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text on one line: it can't begin another one in the log, nor change what is there. */
export function oneLine(text: string): string {
  return text.replace(INVISIBLE, escape);
}

/** A stack for a log of lines: each of its own is indented, so that none passes for a line of the log. */
export function indented(stack: string): string {
  return stack
    .split('\n')
    .map((line) => `${line.startsWith('  ') ? '' : '  '}${oneLine(line)}`)
    .join('\n');
}

function escape(character: string): string {
  return SHORT[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
