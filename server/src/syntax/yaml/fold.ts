/** How the lines of a scalar become one text. `undefined`: a form that nobody writes, left to the package. */

/** The inside of quotes, as written. */
export function quotedText(inner: string, quote: string): string | undefined {
  if (quote === "'") return foldLines(inner).replaceAll("''", "'");
  if (!inner.includes('\\')) return foldLines(inner);
  return foldEscaped(inner);
}

/** A line break is a blank, each blank line a break. Blanks around breaks do not count. */
function foldLines(inner: string): string {
  if (!inner.includes('\n')) return inner;
  const lines = inner.split('\n');
  let result = '';
  let blanks = 0;
  for (const [i, line] of lines.entries()) {
    const text = trimmed(line, i > 0, i < lines.length - 1);
    if (i === 0) result = text;
    else if (text === '' && i < lines.length - 1) blanks++;
    else {
      result += (blanks === 0 ? ' ' : '\n'.repeat(blanks)) + text;
      blanks = 0;
    }
  }
  return result;
}

function trimmed(line: string, atStart: boolean, atEnd: boolean): string {
  let start = 0;
  let end = line.length;
  if (atEnd && line[end - 1] === '\r') end--;
  if (atStart) while (start < end && line[start] === ' ') start++;
  if (atEnd) while (end > start && line[end - 1] === ' ') end--;
  return line.slice(start, end);
}

/** With escapes: an escaped blank stays, an escaped break is none. */
function foldEscaped(inner: string): string | undefined {
  const tokens = inner.match(/\\(?:\r?\n *|.)|[ \r\n]+|[^\\ \r\n]+/gs) ?? [];
  let result = '';
  for (const token of tokens) {
    const first = token[0];
    if (first === '\\') {
      if (/^\\\r?\n/.test(token)) continue;
      const character = ESCAPES[token.slice(1)];
      if (character === undefined) return undefined;
      result += character;
    } else if (token.includes('\n')) {
      const breaks = token.split('\n').length - 1;
      result += breaks === 1 ? ' ' : '\n'.repeat(breaks - 1);
    } else result += token;
  }
  return result;
}

const ESCAPES: { readonly [character: string]: string } = {
  n: '\n',
  t: '\t',
  '"': '"',
  '\\': '\\',
  '/': '/',
  ' ': ' ',
};

/** Lines of a folded block scalar without blank ones at the end. Around those that are indented deeper all breaks stay. */
export function foldBlock(lines: readonly string[]): string {
  let result = '';
  let previous: string | undefined;
  let blanks = 0;
  for (const line of lines) {
    if (line === '') {
      blanks++;
      continue;
    }
    const keepsBreaks = previous !== undefined && (line.startsWith(' ') || previous.startsWith(' '));
    const breaks = keepsBreaks ? blanks + 1 : blanks;
    result += (breaks === 0 && previous !== undefined ? ' ' : '\n'.repeat(breaks)) + line;
    previous = line;
    blanks = 0;
  }
  return result;
}
