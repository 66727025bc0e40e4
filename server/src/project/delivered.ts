/** What a model leaves in the warehouse, from what its SQL gives in each kind of run. */

import type { PlainValue } from '../syntax/jinja/expansion.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';
import type { CandidateKey, Certainty, OutputColumn, OutputColumns } from './facts.ts';
import type { QueryFacts } from './infer/scopes.ts';
import { commonFamily } from './infer/types.ts';

/** The SQL of a node in one world. */
interface World {
  readonly expansion: { readonly world: { readonly incremental: boolean } };
  readonly facts: Pick<QueryFacts, 'output' | 'keys'>;
}

/** The full refresh, which stands first, names the columns; what later runs add may be NULL or of another type where it is not. */
export function deliveredColumns(worlds: readonly World[], dialect: Dialect): OutputColumns {
  const [first, ...others] = worlds;
  if (first === undefined) return { columns: [], isComplete: false };
  const { columns, isComplete } = first.facts.output;
  const isSure = others.every(one => one.expansion.world.incremental || sameNames(one.facts.output.columns, columns));
  return {
    columns: others.reduce((united, other) => unite(united, other.facts.output, dialect), columns),
    isComplete: isComplete && isSure,
  };
}

function sameNames(a: readonly OutputColumn[], b: readonly OutputColumn[]): boolean {
  return a.length === b.length && a.every((one, i) => one.name === b[i]?.name);
}

function unite(columns: readonly OutputColumn[], other: OutputColumns, dialect: Dialect): readonly OutputColumn[] {
  if (other.columns === columns) return columns;
  const byName = new Map(other.columns.map(column => [column.name.toLowerCase(), column]));
  return columns.map((column, i) => {
    const isSamePlace = other.columns[i]?.name === column.name;
    const found = isSamePlace ? other.columns[i] : byName.get(column.name.toLowerCase());
    // A run that lacks the column leaves it NULL, or fails: nobody knows.
    return found === undefined ? withoutPromise(column, column.type) : uniteColumn(column, found, dialect);
  });
}

function uniteColumn(one: OutputColumn, other: OutputColumn, dialect: Dialect): OutputColumn {
  const isUntyped = (column: OutputColumn) => column.type === undefined && column.derivation === 'literal';
  let type = one.type;
  if (isUntyped(one)) type = other.type;
  else if (!isUntyped(other) && one.type?.family !== other.type?.family) {
    const family = one.type && other.type && commonFamily(one.type.family, other.type.family, dialect);
    type = family === undefined ? undefined : family === one.type?.family ? one.type : other.type;
  }
  if (one.nullable === other.nullable) return type === one.type ? one : { ...one, type };
  if (one.nullable === 'yes') return type === one.type ? one : { ...one, type };
  return other.nullable === 'yes' ? withNulls(one, type, other) : withoutPromise(one, type);
}

function withNulls(column: OutputColumn, type: OutputColumn['type'], other: OutputColumn): OutputColumn {
  const { nullableBecause: _, ...rest } = column;
  const because = other.nullableBecause;
  return { ...rest, type, nullable: 'yes', ...(because === undefined ? {} : { nullableBecause: because }) };
}

function withoutPromise(column: OutputColumn, type: OutputColumn['type']): OutputColumn {
  if (column.nullable !== 'no') return type === column.type ? column : { ...column, type };
  const { nullableBecause: _, ...rest } = column;
  return { ...rest, type, nullable: 'unknown' as Certainty };
}

/**
 * Keys of the table that runs build up. A run that adds rows keeps a key only if dbt first takes away the rows with the
 * same `unique_key`, and that is part of the key.
 */
export function lastingKeys(
  worlds: readonly World[],
  config: { readonly [key: string]: PlainValue },
): readonly CandidateKey[] {
  const [first, ...others] = worlds;
  if (first === undefined) return [];
  const inAll = first.facts.keys.filter(key => others.every(one => one.facts.keys.some(other => isSame(key, other))));
  if (config['materialized'] !== 'incremental') return inAll;
  const unique = namesIn(config['unique_key']);
  const strategy = config['incremental_strategy'];
  const takesAway = strategy === undefined || strategy === 'merge' || strategy === 'delete+insert';
  if (unique === undefined || !takesAway) return [];
  return inAll.filter(key => unique.every(name => key.columns.includes(name)));
}

function isSame(a: CandidateKey, b: CandidateKey): boolean {
  return a.columns.length === b.columns.length && a.columns.every((name, i) => name === b.columns[i]);
}

/** Lower-case names of plain columns; `undefined` for none and for anything else. */
function namesIn(value: PlainValue | undefined): readonly string[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  const names = list.flatMap(one => (typeof one === 'string' && /^\w+$/.test(one) ? [one.toLowerCase()] : []));
  return names.length === list.length && names.length > 0 ? names : undefined;
}
