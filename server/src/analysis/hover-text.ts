/** Pieces of hovers: text that Markdown takes as it is, and facts in words. */

import type { CandidateKey } from '../project/facts.ts';
import type { Measure } from '../project/measures.ts';

export function escaped(text: string): string {
  return text.replace(/[\\*_#|<>[\]`]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
}

/** A name or a piece of SQL, as code. */
export function code(text: string): string {
  return `\`${text.replace(/`/g, "'").replace(/\s+/g, ' ').trim()}\``;
}

export function listedCode(names: readonly string[]): string {
  return names.map(code).join(', ');
}

export function shortened(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1).trimEnd()}…` : line;
}

/** `One row per …`, the smallest keys first. */
export function grainText(keys: readonly CandidateKey[]): string | undefined {
  const [first, ...others] = smallestFirst(keys);
  if (first === undefined) return undefined;
  if (first.columns.length === 0) return `One row at most (${escaped(first.because)}).`;
  const also = others.slice(0, 2).map(key => `${listedCode(key.columns)} (${escaped(key.because)})`);
  return `One row per ${listedCode(first.columns)} (${escaped(first.because)})${also.length > 0 ? `; also unique: ${also.join('; ')}` : ''}.`;
}

/** Each set of columns once, and no key that holds another. */
function smallestFirst(keys: readonly CandidateKey[]): readonly CandidateKey[] {
  const found: CandidateKey[] = [];
  for (const key of [...keys].sort((a, b) => a.columns.length - b.columns.length)) {
    if (!found.some(one => one.columns.every(column => key.columns.includes(column)))) found.push(key);
  }
  return found;
}

export function measureText({ additivity, over, because }: Measure): string {
  switch (additivity) {
    case 'additive':
      return `adds up (${escaped(because)})`;
    case 'semi-additive':
      return `adds up, but not over ${over?.length ? listedCode(over) : 'time'} (${escaped(because)})`;
    case 'non-additive':
      return `does not add up (${escaped(because)})`;
    case 're-aggregable':
      return `may be taken again, not added up (${escaped(because)})`;
  }
}
