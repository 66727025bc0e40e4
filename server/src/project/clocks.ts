/** Functions that give the time of the run instead of the time of what happened. */

import type { Expression, Select, SqlNode } from '../syntax/sql/tree.ts';
import { walk } from '../syntax/sql/walk.ts';
import type { QueryFacts } from './infer/scopes.ts';
import { traceColumn } from './trace.ts';

/** Output columns that hold the time of a run, by lower-case name: with the id of the node whose SQL reads the clock. */
export type StampedColumns = ReadonlyMap<string, string>;

export function stampedColumns(
  node: string,
  select: Select,
  facts: QueryFacts,
  columns: readonly string[],
  ofNode: (id: string) => StampedColumns,
): StampedColumns {
  const found = new Map<string, string>();
  for (const name of columns) {
    const traced = traceColumn(facts, select, name);
    if (traced?.kind === 'expression') {
      if (isClockValue(traced.expression)) found.set(name.toLowerCase(), node);
    } else if (traced?.relation.node !== undefined && traced.relation.node !== node) {
      const origin = ofNode(traced.relation.node).get(traced.column);
      if (origin !== undefined) found.set(name.toLowerCase(), origin);
    }
  }
  return found;
}

/** The call of a clock in the expression, outside of subqueries. */
export function clockIn(expression: SqlNode): SqlNode | undefined {
  let found: SqlNode | undefined;
  walk(expression, node => {
    if (found || node.kind === 'query') return 'skip';
    if (isClock(node)) found = node;
    return found ? 'skip' : undefined;
  });
  return found;
}

/** The value is a clock's and nothing else: with casts, time zones and truncation at most. */
export function isClockValue(expression: Expression): boolean {
  let current = expression;
  for (let depth = 0; depth < 20; depth++) {
    if (isClock(current)) return true;
    if (current.kind === 'parenthesized') current = current.expression;
    else if (current.kind === 'cast' || current.kind === 'at-time-zone') current = current.operand;
    else if (current.kind === 'call' && !current.over && KEEPERS.has(nameOf(current))) {
      const inner = current.arguments.map(one => one.value).find(one => one.kind !== 'literal');
      if (!inner) return false;
      current = inner;
    } else return false;
  }
  return false;
}

function isClock(node: SqlNode): boolean {
  if (node.kind !== 'call' || node.over) return false;
  const name = nameOf(node);
  if (!CLOCKS.has(name)) return false;
  // `date(x)` and `timestamp(x)` are no clocks, and those that are take a precision at most, or a time zone.
  return node.arguments.every(one => one.value.kind === 'literal');
}

function nameOf(node: Extract<SqlNode, { readonly kind: 'call' }>): string {
  return node.name.parts.at(-1)?.name.toLowerCase() ?? '';
}

/** Lower case. */
export const CLOCKS: ReadonlySet<string> = new Set([
  ...['current_timestamp', 'current_date', 'current_datetime', 'current_time', 'localtimestamp', 'localtime', 'now'],
  ...['getdate', 'getutcdate', 'sysdate', 'systimestamp', 'sysdatetime', 'sysutcdatetime', 'sysdatetimeoffset'],
  ...['transaction_timestamp', 'statement_timestamp', 'clock_timestamp', 'get_current_timestamp', 'utc_timestamp'],
  ...['today', 'curdate'],
]);
const KEEPERS = new Set([
  ...[
    'date_trunc',
    'timestamp_trunc',
    'datetime_trunc',
    'trunc',
    'to_timestamp_ntz',
    'to_timestamp',
    'to_date',
    'date',
  ],
  ...['timestamp', 'datetime', 'convert_timezone', 'from_utc_timestamp', 'to_utc_timestamp', 'todatetime'],
]);
