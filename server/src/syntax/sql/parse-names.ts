import type { Cursor } from './cursor.ts';
import type { Identifier, QualifiedName } from './tree.ts';
import { isReserved } from './words.ts';

/** `a.b.c`; one part must stand here. A dot with nothing behind it gives an empty last part. */
export function parseName(c: Cursor): QualifiedName {
  const first = c.identifier(c.advance());
  const parts: Identifier[] = [first];
  while (c.word() === '.' && c.word(1) !== '*') {
    c.advance();
    // `db..table` leaves the schema out.
    while (c.word() === '.') c.advance();
    parts.push(parseNamePart(c));
  }
  return { kind: 'name', start: first.start, end: Math.max(first.end, c.last()), parts };
}

/** What stands behind a dot. */
export function parseNamePart(c: Cursor): Identifier {
  const token = c.peek();
  const isAdjacent = token.start === c.last();
  switch (token.kind) {
    case 'word':
      // A reserved word right behind the dot is a name; with space between, the name is still to be typed.
      if (isAdjacent || !isReserved(token.word)) return c.identifier(c.advance());
      break;
    case 'quoted':
    case 'unknown':
    case 'parameter':
    case 'number':
      return c.identifier(c.advance());
    default:
  }
  c.missing('a name');
  return emptyIdentifier(c);
}

export function emptyIdentifier(c: Cursor): Identifier {
  const at = c.last();
  return { kind: 'identifier', start: at, end: at, name: '', folded: '', quoted: false, hasUnknown: false };
}

/** True when a plain or quoted name (or a placeholder for one) stands `ahead`. */
export function isName(c: Cursor, ahead = 0): boolean {
  const kind = c.kind(ahead);
  return kind === 'quoted' || kind === 'unknown' || (kind === 'word' && !isReserved(c.word(ahead)));
}

/** `(a, b, c)`: plain names; types and other words behind a name are passed over. */
export function parseNameList(c: Cursor): Identifier[] {
  const names: Identifier[] = [];
  const group = c.enter();
  while (!c.isAtEnd()) {
    const kind = c.kind();
    if (kind === 'unknown') {
      c.isOpaque = true;
      names.push(c.identifier(c.advance()));
    } else if (kind === 'word' || kind === 'quoted' || kind === 'string') {
      names.push(c.identifier(c.advance()));
      while (c.word() === '.' && c.kind(1) !== 'end') {
        c.advance();
        names[names.length - 1] = parseNamePart(c);
      }
    } else {
      c.missing('a name');
    }
    while (!c.isAtEnd() && c.word() !== ',') c.skipOne();
    c.accept(',');
  }
  c.leave(group);
  return names;
}
