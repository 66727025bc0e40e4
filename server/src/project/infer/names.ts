/** How the dialects compare names, and which columns exist that nobody lists. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import { lowerCase, normalizeName } from '../../syntax/sql/names.ts';
import type { Identifier } from '../../syntax/sql/tree.ts';
import type { OutputColumn, OutputColumns } from '../facts.ts';

export interface Name {
  readonly name: string;
  readonly quoted: boolean;
  /** In lower case, where that is known already. */
  readonly folded?: string;
}

/** Columns of a relation by normalized name. */
export interface ColumnIndex {
  /** The place in the list of the first column of each name. */
  readonly places: ReadonlyMap<string, number>;
  /** Names that stand there more than once. */
  readonly repeated: ReadonlySet<string>;
  /** A column has no name that can be known, so none is missing for sure. */
  readonly hasUnnamed: boolean;
  /** No name is in quotes: all dialects compare them in lower case, and the index is the same for all. */
  readonly isPlain: boolean;
}

const indexes = new WeakMap<readonly OutputColumn[], { readonly dialect: Dialect; readonly index: ColumnIndex }>();

/** Made once for each list of columns: relations of a thousand columns are read by a hundred queries. */
export function indexOf(relation: OutputColumns, dialect: Dialect): ColumnIndex {
  const known = indexes.get(relation.columns);
  if (known !== undefined && (known.index.isPlain || known.dialect === dialect)) return known.index;
  const index = makeIndex(relation.columns, dialect);
  indexes.set(relation.columns, { dialect, index });
  return index;
}

/** The index of a list in which no name is in quotes, so that it is the same in all dialects. */
export function plainIndexOf(columns: readonly OutputColumn[]): ColumnIndex | undefined {
  const known = indexes.get(columns);
  const index = known === undefined ? indexOf({ columns, isComplete: true }, 'ansi') : known.index;
  return index.isPlain ? index : undefined;
}

/** Tells the index of a list to another one that has columns of the same names in the same order. */
export function shareIndex(from: readonly OutputColumn[], to: readonly OutputColumn[]): void {
  const known = indexes.get(from);
  if (known !== undefined) indexes.set(to, known);
}

function makeIndex(columns: readonly OutputColumn[], dialect: Dialect): ColumnIndex {
  const places = new Map<string, number>();
  let repeated: Set<string> | undefined;
  let hasUnnamed = false;
  let isPlain = true;
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i] as OutputColumn;
    if (column.quoted) isPlain = false;
    if (column.name === '') {
      hasUnnamed = true;
      continue;
    }
    const key = normalizeName(column, dialect);
    if (!places.has(key)) places.set(key, i);
    else {
      repeated ??= new Set();
      repeated.add(key);
    }
  }
  return { places, repeated: repeated ?? noNames, hasUnnamed, isPlain };
}

const noNames: ReadonlySet<string> = new Set();

/** The first column of a normalized name; `index` is that of the relation. */
export function columnAt(relation: OutputColumns, index: ColumnIndex, key: string): OutputColumn | undefined {
  const place = index.places.get(key);
  return place === undefined ? undefined : relation.columns[place];
}

/**
 * The key of a name: the name itself where a column is found by it, which then is in lower case as all of them are.
 * Most names are found so, without a look at their letters.
 */
export function keyIn(index: ColumnIndex, name: Name, dialect: Dialect): string {
  return index.isPlain && !name.quoted && index.places.has(name.name) ? name.name : normalizeName(name, dialect);
}

/** The columns that bear a name but for case: none, one, or several. */
export function columnsNamed(relation: OutputColumns, lowerName: string, dialect: Dialect): readonly OutputColumn[] {
  const index = indexOf(relation, dialect);
  if (index.isPlain || (dialect !== 'snowflake' && dialect !== 'postgres')) {
    const column = columnAt(relation, index, lowerName);
    if (column === undefined) return noColumnsNamed;
    if (!index.repeated.has(lowerName)) return [column];
  }
  return relation.columns.filter(column => lowerCase(column.name) === lowerName);
}

/** Several columns bear the name but for case. */
export function isRepeated(relation: OutputColumns, index: ColumnIndex, lowerName: string, dialect: Dialect): boolean {
  return index.isPlain ? index.repeated.has(lowerName) : columnsNamed(relation, lowerName, dialect).length > 1;
}

const noColumnsNamed: readonly OutputColumn[] = [];

/**
 * True when nobody can say that the relation lacks the name: a column of it has no name, or has it but for case or quotes.
 * `index` is that of the relation.
 */
export function mayHave(relation: OutputColumns, index: ColumnIndex, name: Name, dialect: Dialect): boolean {
  if (index.hasUnnamed) return true;
  if (dialect !== 'snowflake' && dialect !== 'postgres') return false;
  // Of plain names those that are the same but for case are the same.
  if (index.isPlain && !name.quoted) return false;
  const lower = lowerCase(name.name);
  return relation.columns.some(column => lowerCase(column.name) === lower);
}

/** Last part of a relation's name: what columns may be qualified with. A BigQuery name may hold its dots inside one pair of quotes. */
export function correlationName(parts: readonly Identifier[]): Name | undefined {
  const last = parts[parts.length - 1];
  if (last === undefined || last.hasUnknown) return undefined;
  const dot = last.quoted ? last.name.lastIndexOf('.') : -1;
  return dot < 0 ? last : { name: last.name.slice(dot + 1), quoted: true };
}

const pseudoColumns = new Set([
  ...['_partitiontime', '_partitiondate', '_table_suffix', '_file_name', '_change_type', '_change_version'],
  ...['_change_timestamp', '_commit_version', '_commit_timestamp', '_metadata', '_rescued_data', '_sample_factor'],
  ...[
    'rowid',
    'rownum',
    'level',
    'ctid',
    'xmin',
    'xmax',
    'cmin',
    'cmax',
    'tableoid',
    'oid',
    'filename',
    '_part',
    '_path',
  ],
  ...['file_row_number', 'file_index', 'input_file_name', 'input__file__name', 'block__offset__inside__file', '_file'],
  ...['connect_by_root', 'connect_by_isleaf', 'connect_by_iscycle', 'excluded', 'inserted', 'deleted', '_partition_id'],
  ...['current_date', 'current_time', 'current_timestamp', 'current_user', 'session_user', 'system_user', 'user'],
  ...['localtime', 'localtimestamp', 'sysdate', 'systimestamp', 'current_role', 'current_schema', 'current_catalog'],
  ...['current_database', 'current_warehouse', 'default'],
]);

/**
 * Names that may stand where a column stands though no relation lists them: columns that engines add, and functions
 * called without parentheses. One that nothing delivers is unknown, not missing.
 */
export function isPseudoColumn(name: string): boolean {
  const lower = lowerCase(name);
  const first = lower[0];
  if (first === '$' || first === '@' || pseudoColumns.has(lower)) return true;
  return lower.startsWith('metadata$') || lower.startsWith('system$');
}
