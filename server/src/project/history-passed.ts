/** A history that a model reads and hands on: under the same names or others, through CTEs, renames and stars. */

import { type HistoryInput, keepsVersions, type NodeHistory, type ShownHistory } from './history.ts';
import { letsVersionsThrough } from './history-rows.ts';
import type { ScopeRelation } from './infer/scopes.ts';
import { type Traced, traceColumn, traceReference } from './trace.ts';
import { unwrapEnd } from './validity-end.ts';
import { nameInRole } from './validity-names.ts';

export function readPassedHistory(input: HistoryInput): ShownHistory | undefined {
  const { node, select, facts, ofNode } = input;
  const columns = input.delivery?.columns.columns;
  if (!select || !facts || !columns) return undefined;
  let parents: Map<string, NodeHistory> | undefined;
  for (const id of node.reads) {
    const history = ofNode(id);
    if (!keepsVersions(history) || history.validFrom === undefined || history.naturalKey.length === 0) continue;
    parents ??= new Map();
    parents.set(id, history);
  }
  if (parents === undefined) return undefined;

  /** By relation: what leaves the model of it, by the column's name there. */
  const carried = new Map<ScopeRelation, Map<string, { readonly name: string; readonly traced: Traced }>>();
  const ends = new Map<
    ScopeRelation,
    { readonly name: string; readonly literal: string | undefined; isOther: boolean }
  >();
  for (const { name } of columns) {
    const traced = traceColumn(facts, select, name);
    if (traced?.kind === 'column') {
      const history = traced.relation.node === undefined ? undefined : parents.get(traced.relation.node);
      if (!history) continue;
      const names = carried.get(traced.relation) ?? new Map();
      carried.set(traced.relation, names);
      if (!names.has(traced.column)) names.set(traced.column, { name, traced });
      continue;
    }
    // `coalesce(valid_to, '9999-12-31')` is the end still.
    const end = traced && unwrapEnd(traced.expression, input.text);
    if (end?.value.kind !== 'column') continue;
    const inner = traceReference(facts, end.value);
    const history = inner?.kind === 'column' && inner.relation.node ? parents.get(inner.relation.node) : undefined;
    if (inner?.kind !== 'column' || history?.validTo?.toLowerCase() !== inner.column) continue;
    if (!ends.has(inner.relation) && !end.isMoved)
      ends.set(inner.relation, { name, literal: end.literal, isOther: end.isOther });
  }

  for (const [relation, names] of carried) {
    const history = parents.get(relation.node ?? '');
    if (!history) continue;
    const nameOf = (column: string | undefined): string | undefined =>
      column === undefined ? undefined : names.get(column.toLowerCase())?.name;
    const start = names.get(history.validFrom?.toLowerCase() ?? '');
    const naturalKey = history.naturalKey.flatMap(one => nameOf(one) ?? []);
    if (!start || naturalKey.length < history.naturalKey.length) continue;
    const sourceOf = (column: string | undefined): Traced | undefined =>
      column === undefined ? undefined : { kind: 'column', relation, column: column.toLowerCase(), path: [] };
    const validity = [history.validFrom, history.validTo, history.isCurrent].map(sourceOf);
    if (!letsVersionsThrough(facts, start.traced.path, validity)) continue;
    const changed = ends.get(relation);
    const own = nameOf(history.validTo);
    const openEnd = own !== undefined || !changed ? history : endOf(history, changed);
    const versionKey = nameOf(history.versionKey);
    const unfolded = history.unfoldedKey?.flatMap(one => nameOf(one) ?? []);
    return {
      by: history.by,
      from: history.from ?? relation.node ?? '',
      because: history.because,
      naturalKey,
      ...(unfolded && unfolded.length === history.unfoldedKey?.length ? { unfoldedKey: unfolded } : {}),
      ...(versionKey === undefined ? {} : { versionKey }),
      validFrom: start.name,
      validTo: own ?? changed?.name,
      isCurrent: nameOf(history.isCurrent) ?? nameInRole(columns, 'current', input.validity),
      openEnd: openEnd.openEnd,
      ...(openEnd.sentinel === undefined ? {} : { sentinel: openEnd.sentinel }),
    };
  }
  return undefined;
}

function endOf(
  history: NodeHistory,
  changed: { readonly literal: string | undefined; readonly isOther: boolean },
): Pick<NodeHistory, 'openEnd' | 'sentinel'> {
  if (history.openEnd !== 'null') return history;
  if (changed.literal !== undefined) return { openEnd: 'sentinel', sentinel: changed.literal };
  return { openEnd: changed.isOther ? 'unknown' : 'null' };
}
