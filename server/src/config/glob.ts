/**
 * True when the path fits the pattern: `*` is any text without `/`, `**` any text at all, `?` one character, `{a,b}` either.
 * A pattern without a slash fits the last part of the path too; one that ends in `/` fits all below that folder.
 * Time grows with the product of both lengths at worst, whatever the pattern.
 */
export function matchesGlob(pattern: string, path: string): boolean {
  const alternatives = expandBraces(pattern.replace(/^\.?\//, ''));
  return alternatives.some(one => {
    const whole = one.endsWith('/') ? `${one}**` : one;
    if (matchParts(whole, path)) return true;
    return !whole.includes('/') && matchParts(whole, path.slice(path.lastIndexOf('/') + 1));
  });
}

/** At most this many: `{a,b}` written ten times would make a thousand. */
const MAX_ALTERNATIVES = 256;

function expandBraces(pattern: string): readonly string[] {
  let done: string[] = [];
  let open = [pattern];
  while (open.length > 0 && done.length + open.length <= MAX_ALTERNATIVES) {
    const next: string[] = [];
    for (const one of open) {
      const start = one.indexOf('{');
      const end = start < 0 ? -1 : one.indexOf('}', start);
      if (end < 0) done.push(one);
      else
        for (const part of one.slice(start + 1, end).split(','))
          next.push(one.slice(0, start) + part + one.slice(end + 1));
    }
    open = next;
  }
  done = [...done, ...open];
  return done;
}

function matchParts(pattern: string, path: string): boolean {
  let p = 0;
  let i = 0;
  // Where to go on when what follows the last star did not fit: one more character for the star.
  let star = -1;
  let starAt = 0;
  let deep = -1;
  let deepAt = 0;
  while (i < path.length) {
    if (pattern.startsWith('**', p)) {
      deep = p + (pattern[p + 2] === '/' ? 3 : 2);
      deepAt = i;
      p = deep;
      star = -1;
    } else if (pattern[p] === '*') {
      star = p + 1;
      starAt = i;
      p = star;
    } else if (p < pattern.length && (pattern[p] === path[i] || (pattern[p] === '?' && path[i] !== '/'))) {
      p++;
      i++;
    } else if (star >= 0 && path[starAt] !== '/') {
      starAt++;
      i = starAt;
      p = star;
    } else if (deep >= 0) {
      deepAt++;
      i = deepAt;
      p = deep;
      star = -1;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
