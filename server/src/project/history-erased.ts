/** Incremental runs that replace all versions of a key by the newest: the unique_key does not tell versions apart. */

import { walk } from '../syntax/sql/walk.ts';
import type { HistoryInput, NodeHistory } from './history.ts';
import { makerOfEnd } from './history-built.ts';
import { plainColumns } from './snapshot-settings.ts';
import { isSameSource, type Traced, traceColumn, traceReference } from './trace.ts';
import { isFarDate } from './validity-end.ts';

/** The columns of that unique_key; `undefined` when versions are kept, or nobody can tell. */
export function erasingKey(input: HistoryInput, history: NodeHistory): readonly string[] | undefined {
  const { node, select, facts } = input;
  if (node.kind !== 'model' || node.materialized !== 'incremental' || !select || !facts) return undefined;
  if ('merge_update_columns' in node.config || 'merge_exclude_columns' in node.config) return undefined;
  const strategy = 'incremental_strategy' in node.config ? node.config['incremental_strategy'] : 'unknown';
  // What replaces all rows of a key keeps their history when each run brings all of it.
  const isReplacing =
    strategy === 'merge' ||
    ((strategy === 'delete+insert' || strategy === 'unknown') && bringsPartOnly(input, history));
  const key = plainColumns(node.config['unique_key']);
  const { validFrom, versionKey, naturalKey } = history;
  if (!isReplacing || !key || validFrom === undefined) return undefined;
  const start = traceColumn(facts, select, validFrom);
  const isSpared = key.some(name => {
    const lower = name.toLowerCase();
    if (lower === validFrom.toLowerCase() || lower === versionKey?.toLowerCase()) return true;
    if (naturalKey.some(one => one.toLowerCase() === lower)) return false;
    const traced = traceColumn(facts, select, name);
    return traced === undefined || start === undefined || tellsVersions(input, traced, start);
  });
  return isSpared ? undefined : key;
}

/** A run brings new versions alone: they are written open, or the rows are those behind a watermark. */
function bringsPartOnly({ select, facts, text, incremental }: HistoryInput, { validTo }: NodeHistory): boolean {
  if (!select || !facts) return false;
  const end = validTo === undefined ? undefined : makerOfEnd(facts, select, validTo, text);
  if (end?.value.kind === 'literal' || (end && isFarDate(end.value))) return true;
  if (!incremental) return false;
  let found = false;
  walk(incremental, (node, ancestors) => {
    if (found || node.kind === 'in' || node.kind === 'exists') return 'skip';
    if (node.kind !== 'binary' || !/^>=?$/.test(node.operator) || !ancestors.some(one => one.kind === 'clause')) return;
    walk(node.right, inner => {
      if (inner.kind === 'call' && /^max$/i.test(inner.name.parts.at(-1)?.name ?? '')) found = true;
    });
    return;
  });
  return found;
}

/** Made of the start of validity, of a clock, of a number within the key, or of what cannot be followed. */
function tellsVersions({ facts, text }: HistoryInput, traced: Traced, start: Traced): boolean {
  if (isSameSource(traced, start)) return true;
  if (traced.kind === 'column') return false;
  const plain = (one: Traced): string =>
    one.kind === 'expression' ? text.slice(one.expression.start, one.expression.end).replace(/\s+/g, ' ') : '';
  if (start.kind === 'expression' && plain(traced).includes(plain(start))) return true;
  let found = false;
  walk(traced.expression, node => {
    if (node.kind === 'query' || node.kind === 'unknown' || (node.kind === 'call' && node.over)) found = true;
    if (node.kind === 'column') {
      const part = facts && traceReference(facts, node);
      if (!part || isSameSource(part, start)) found = true;
    }
    if (node.kind === 'call' && RANDOM_OR_CLOCK.test(node.name.parts.at(-1)?.name ?? '')) found = true;
    return found ? 'skip' : undefined;
  });
  return found;
}

const RANDOM_OR_CLOCK = /uuid|rand|now|current_|sysdate|getdate|timestamp|newid|nextval/i;
