/** The same short texts come again and again: keys, names, types. Of those met lately no string is made, and they are one string. */

/** Longer ones are sentences, which come once. */
const MAX_LENGTH = 40;
const SLOT_MASK = (1 << 13) - 1;
/** The texts met last, by hash. */
const recent: string[] = new Array(SLOT_MASK + 1).fill('');

/** The text of a stretch. Comparing two such is cheap. */
export function internText(text: string, start: number, end: number): string {
  const length = end - start;
  if (length > MAX_LENGTH) return text.slice(start, end);
  let hash = length;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  const slot = (hash ^ (hash >>> 15)) & SLOT_MASK;
  const known = recent[slot] as string;
  if (known.length === length && text.startsWith(known, start)) return known;
  // A copy: a slice would hold on to the text it is cut from.
  const own = ` ${text.slice(start, end)}`.slice(1);
  recent[slot] = own;
  return own;
}
