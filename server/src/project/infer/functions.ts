/** What functions give: the family of the result, when the result is NULL, and whether they look at several rows. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { TypeFamily } from '../facts.ts';
import { functionRows } from './function-table.ts';

/** How the result's family follows from the arguments, for functions without one family of their own. */
export type ResultRule =
  | 'first' // that of the first argument
  | 'second'
  | 'text-of' // the same, of what is text, an array or bytes
  | 'common' // the one that all arguments share
  | 'branches' // that of the second and third: if(c, a, b)
  | 'concat'
  | 'divide' // as that of `/`
  | 'modulo' // as that of `%`
  | 'extreme' // min, and the n least
  | 'extreme-by' // min_by
  | 'sum'
  | 'average'
  | 'median'
  | 'round'
  | 'to-number'
  | 'date-add'
  | 'date-trunc'
  | 'strptime'
  | 'convert-timezone';

/**
 * When the result is NULL. `strict`: exactly when an argument is. `partial`: when an argument is, perhaps in other cases
 * too. `total`: not without a NULL argument; dialects differ over one. `never`. `coalesce`: when all arguments are.
 * `branches`: as the second and third argument. `first`: as the first argument. `nullif`: where it says so. `rows`: an
 * aggregate that saw no value. `offset`: lag and lead. `unknown`: nobody can tell.
 */
export type NullRule =
  | 'strict'
  | 'partial'
  | 'total'
  | 'never'
  | 'coalesce'
  | 'branches'
  | 'first'
  | 'nullif'
  | 'rows'
  | 'offset'
  | 'unknown';

export type FunctionKind = 'scalar' | 'aggregate' | 'window';

export interface FunctionFacts {
  readonly kind: FunctionKind;
  readonly result: TypeFamily | ResultRule | undefined;
  readonly nulls: NullRule;
}

/** What is known of a function by its lower-case name. The union of all dialects agrees where none differs but SQLite, which has no dates. */
export function functionFacts(name: string, dialect: Dialect): FunctionFacts | undefined {
  const entry = table.get(name);
  return entry?.differs?.get(dialect) ?? entry?.facts;
}

/** True when a call without OVER makes one row of several. */
export function isAggregateName(name: string): boolean {
  return table.get(name)?.facts.kind === 'aggregate';
}

/** True for functions that give several rows where they stand in a list. */
export function isRowMaker(name: string): boolean {
  return rowMakers.has(name);
}

const rowMakers: ReadonlySet<string> = new Set(
  `unnest explode explode_outer posexplode posexplode_outer inline inline_outer stack json_tuple arrayjoin generate_series
  generate_subscripts flatten string_to_table regexp_split_to_table regexp_matches json_array_elements jsonb_array_elements
  json_array_elements_text jsonb_array_elements_text json_each jsonb_each json_each_text jsonb_each_text json_object_keys
  jsonb_object_keys json_populate_recordset jsonb_populate_recordset json_to_recordset jsonb_to_recordset`.split(/\s+/),
);

interface Entry {
  readonly facts: FunctionFacts;
  readonly differs: ReadonlyMap<Dialect, FunctionFacts> | undefined;
}

const table: ReadonlyMap<string, Entry> = new Map(
  functionRows.flatMap(([kind, result, nulls, names, differs]) => {
    const facts: FunctionFacts = { kind, result, nulls };
    const entry: Entry = { facts, differs: differs === undefined ? undefined : readDifferences(facts, differs) };
    return names.split(' ').map(name => [name, entry] as const);
  }),
);

/** `tsql duckdb=float snowflake=integer?`: unknown in one dialect, another family, and one that may be NULL besides. */
function readDifferences(facts: FunctionFacts, text: string): ReadonlyMap<Dialect, FunctionFacts> {
  const differences = new Map<Dialect, FunctionFacts>();
  let { result, nulls } = facts;
  for (const part of text.split(' ')) {
    const [dialect = '', family] = part.split('=');
    const own = family?.replace('?', '') as FunctionFacts['result'];
    const ownNulls = family?.endsWith('?') ? 'unknown' : facts.nulls;
    differences.set(dialect as Dialect, { ...facts, result: own, nulls: ownNulls });
    if (dialect === 'sqlite') continue;
    if (own !== facts.result) result = undefined;
    if (ownNulls !== facts.nulls) nulls = 'unknown';
  }
  differences.set('ansi', { ...facts, result, nulls });
  return differences;
}
