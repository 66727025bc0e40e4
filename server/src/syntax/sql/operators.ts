/** Operators of more than one character, longest first by their first character. */
const LONG: ReadonlyMap<number, readonly string[]> = byFirst([
  ...['::', ':='],
  ...['<=>', '<->', '<#>', '<+>', '<~>', '<%>', '<<%', '<<->>', '<>', '<=', '<<', '<@', '<%'],
  ...['>>', '>='],
  ...['=>', '=='],
  ...['!~~*', '!~~', '!~*', '!~', '!='],
  ...['||/', '|>', '||', '|/'],
  ...['&&&', '&&', '&<', '&>'],
  ...['%>>', '%>'],
  ...['->>', '->', '-|-'],
  ...['**'],
  ...['//'],
  ...['~~*', '~~', '~*', '~='],
  ...['#>>', '#>', '#-'],
  ...['@>', '@?'],
  ...['?|', '?&'],
  ...['^@', '^='],
]);

const SINGLES = new Set([...'()[]{},;.:=<>!|&+-*/%~#@^?\\'].map(character => character.charCodeAt(0)));

/** Where the operator that starts at `at` ends; `at` when none starts there. `code` and `next` are its first characters. */
export function operatorEnd(text: string, at: number, code: number, next: number): number {
  if (!SINGLES.has(code)) return at;
  if (next !== 0) {
    const candidates = LONG.get(code);
    if (candidates !== undefined) {
      for (const candidate of candidates) {
        if (candidate.charCodeAt(1) === next && text.startsWith(candidate, at)) return at + candidate.length;
      }
    }
  }
  return at + 1;
}

function byFirst(operators: readonly string[]): ReadonlyMap<number, readonly string[]> {
  const map = new Map<number, string[]>();
  for (const operator of operators) {
    const list = map.get(operator.charCodeAt(0));
    if (list) list.push(operator);
    else map.set(operator.charCodeAt(0), [operator]);
  }
  return map;
}
