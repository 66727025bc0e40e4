/** Columns that were removed and look as if they came back under another name. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { ContractColumn, ContractForm } from '../model.ts';
import { plainName } from '../promises.ts';
import { typeChange } from './type-change.ts';

interface Side {
  readonly form: ContractForm;
  readonly columns: readonly ContractColumn[];
}

/** By the removed column. Only where exactly one column could be meant, and it could be only this one. */
export function renamedColumns(
  before: Side,
  after: Side,
  removed: readonly ContractColumn[],
  added: readonly ContractColumn[],
  dialect: Dialect,
): ReadonlyMap<ContractColumn, ContractColumn> {
  const found = new Map<ContractColumn, ContractColumn>();
  if (removed.length === 0 || added.length === 0 || removed.length * added.length > 10_000) return found;
  const likely = (old: ContractColumn): readonly ContractColumn[] =>
    added.filter(now => looksRenamed(before, after, old, now, dialect));
  const candidates = new Map(removed.map(old => [old, likely(old)]));
  for (const [old, options] of candidates) {
    const [only] = options;
    if (!only || options.length > 1) continue;
    const rivals = [...candidates].filter(([other, theirs]) => other !== old && theirs.includes(only));
    if (rivals.length === 0) found.set(old, only);
  }
  return found;
}

/** The same type for certain, and either most of the name or the very place between the same neighbours. */
function looksRenamed(before: Side, after: Side, old: ContractColumn, now: ContractColumn, dialect: Dialect): boolean {
  if (old.type && now.type) {
    const change = typeChange({ type: old.type, form: before.form }, { type: now.type, form: after.form }, dialect);
    if (change !== 'same') return false;
  }
  const alike = similarity(old.name, now.name);
  if (alike >= 0.5) return true;
  if (!old.type || !now.type || (alike === 0 && before.columns.length !== after.columns.length)) return false;
  return alike > 0 && samePlace(before, after, old, now);
}

/** Share of the words of both names that are in both. */
export function similarity(a: string, b: string): number {
  const [first, second] = [wordsOf(a), wordsOf(b)];
  const common = [...first].filter(word => second.has(word)).length;
  return common === 0 ? 0 : common / Math.max(first.size, second.size);
}

function wordsOf(name: string): ReadonlySet<string> {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return new Set(words.filter(word => word !== ''));
}

function samePlace(before: Side, after: Side, old: ContractColumn, now: ContractColumn): boolean {
  const neighbours = ({ columns }: Side, column: ContractColumn): readonly (string | undefined)[] => {
    const at = columns.indexOf(column);
    return [columns[at - 1]?.name, columns[at + 1]?.name].map(name =>
      name === undefined ? undefined : plainName(name),
    );
  };
  return neighbours(before, old).join('\n') === neighbours(after, now).join('\n');
}
