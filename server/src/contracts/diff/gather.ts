import type { PlainValue } from '../../syntax/jinja/expansion.ts';
import type { ChangeKind, ContractChange } from './changes.ts';

/** Past this many changes of one contract nobody reads on. */
const MOST = 2_000;

/** Changes while they are found. */
export class Changes {
  readonly found: ContractChange[] = [];

  add(
    kind: ChangeKind,
    object: string | undefined,
    column: string | undefined,
    fact: string,
    summary: string,
    before?: string,
    after?: string,
    renamedTo?: string,
  ): void {
    if (this.found.length >= MOST) return;
    const renamed = renamedTo === undefined ? {} : { renamedTo };
    this.found.push({ kind, object, column, fact, summary, before, after, ...renamed });
  }
}

/** A value as people write it; keys of maps in one order, so that equal values are equal texts. */
export function shown(value: PlainValue, depth = 0): string {
  if (typeof value === 'string') return `'${value}'`;
  if (value === null || typeof value !== 'object' || depth > 20) return String(value);
  if (Array.isArray(value)) return `[${value.map(one => shown(one, depth + 1)).join(', ')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{ ${entries.map(([key, one]) => `${key}: ${shown(one, depth + 1)}`).join(', ')} }`;
}
