/** Whether rows that come several times do harm: not where they are counted once, compared for being there, or made one again. */

import { keptIn } from '../../base/kept.ts';
import type { SelectScope } from '../../project/infer/scopes.ts';
import type { Select, SqlNode } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { functionName } from '../expressions.ts';
import type { SqlUnit } from '../rule.ts';

/** Where a select stands: what reads its rows. */
type Container =
  | { readonly kind: 'cte'; readonly node: SqlNode }
  | { readonly kind: 'subquery'; readonly node: SqlNode }
  /** The model itself. */
  | { readonly kind: 'output' }
  /** EXISTS, IN, a scalar: rows are asked for, not delivered. */
  | { readonly kind: 'expression' };

/** Rows that the select repeats reach the model's output, or a sum on the way to it. */
export function repeatedRowsReachOutput(unit: SqlUnit, select: Select): boolean {
  const places = containersOf(unit);
  const seen = new Set<Select>();
  const open: Select[] = [select];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const effect = effectOf(next);
    if (effect === 'counts') return true;
    if (effect === 'unites') continue;
    const container = places.get(next);
    if (container === undefined || container.kind === 'expression') continue;
    if (container.kind === 'output') return true;
    for (const scope of unit.facts.scopes.values())
      if (reads(scope, container) && scope.select) open.push(scope.select);
  }
  return false;
}

function reads(scope: SelectScope, container: Container): boolean {
  return scope.relations.some(relation =>
    container.kind === 'cte'
      ? relation.cte?.node === container.node
      : 'node' in container && relation.table === container.node,
  );
}

/** What a select does with rows that come several times. */
function effectOf(select: Select): 'counts' | 'unites' | 'passes' {
  if (select.distinct || select.qualify) return 'unites';
  let counts = false;
  let ranks = false;
  for (const item of [...select.items, ...(select.having ? [select.having] : [])]) {
    walk(item, node => {
      if (node.kind === 'query') return 'skip';
      if (node.kind !== 'call') return undefined;
      const name = functionName(node);
      if (RANKS.has(name) && node.over) ranks = true;
      else if (COUNTS.has(name) && !node.distinct) counts = true;
      return undefined;
    });
  }
  if (counts) return 'counts';
  // A number of each row within its key is there to pick one of them.
  if (select.groupBy || ranks) return 'unites';
  return 'passes';
}

const RANKS = new Set(['row_number', 'rank', 'dense_rank']);
const COUNTS = new Set([
  'sum',
  'count',
  'avg',
  'median',
  'count_if',
  'countif',
  'sum_if',
  'sumif',
  'list',
  'array_agg',
  'string_agg',
  'listagg',
  'stddev',
  'variance',
]);

const containersOf = keptIn((unit: SqlUnit): ReadonlyMap<Select, Container> => {
  const found = new Map<Select, Container>();
  walk(unit.tree, (node, ancestors) => {
    if (node.kind !== 'select') return;
    for (let i = ancestors.length - 1; i >= -1; i--) {
      const around = ancestors[i];
      if (around === undefined || around.kind === 'file') found.set(node, { kind: 'output' });
      else if (around.kind === 'cte' || around.kind === 'subquery')
        found.set(node, { kind: around.kind, node: around });
      else if (STRUCTURE.has(around.kind)) continue;
      else found.set(node, { kind: 'expression' });
      return;
    }
  });
  return found;
});

/** What stands between a select and the query it delivers rows to. */
const STRUCTURE = new Set(['query', 'set-operation', 'parenthesized-query']);
