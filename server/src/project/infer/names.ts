/** How the dialects compare names, and which columns exist that nobody lists. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import { lowerCase, normalizeName } from '../../syntax/sql/names.ts';
import type { Identifier } from '../../syntax/sql/tree.ts';
import type { OutputColumn, OutputColumns } from '../facts.ts';

export interface Name {
  readonly name: string;
  readonly quoted: boolean;
}

/** Columns of a relation by normalized name. */
export interface ColumnIndex {
  /** The first column of each name. */
  readonly byName: ReadonlyMap<string, OutputColumn>;
  /** Names that stand there more than once. */
  readonly repeated: ReadonlySet<string>;
  /** A column has no name that can be known, so none is missing for sure. */
  readonly hasUnnamed: boolean;
}

const indexes = new WeakMap<readonly OutputColumn[], { readonly dialect: Dialect; readonly index: ColumnIndex }>();

/** Made once for each list of columns: relations of a thousand columns are read by a hundred queries. */
export function indexOf(relation: OutputColumns, dialect: Dialect): ColumnIndex {
  const known = indexes.get(relation.columns);
  if (known?.dialect === dialect) return known.index;
  const index = makeIndex(relation.columns, dialect);
  indexes.set(relation.columns, { dialect, index });
  return index;
}

function makeIndex(columns: readonly OutputColumn[], dialect: Dialect): ColumnIndex {
  const byName = new Map<string, OutputColumn>();
  let repeated: Set<string> | undefined;
  let hasUnnamed = false;
  for (const column of columns) {
    if (column.name === '') {
      hasUnnamed = true;
      continue;
    }
    const key = normalizeName(column, dialect);
    if (!byName.has(key)) byName.set(key, column);
    else {
      repeated ??= new Set();
      repeated.add(key);
    }
  }
  return { byName, repeated: repeated ?? noNames, hasUnnamed };
}

const noNames: ReadonlySet<string> = new Set();

/** The columns that bear a name but for case: none, one, or several. */
export function columnsNamed(relation: OutputColumns, lowerName: string, dialect: Dialect): readonly OutputColumn[] {
  if (dialect !== 'snowflake' && dialect !== 'postgres') {
    const index = indexOf(relation, dialect);
    const column = index.byName.get(lowerName);
    if (column === undefined) return noColumnsNamed;
    if (!index.repeated.has(lowerName)) return [column];
  }
  return relation.columns.filter(column => lowerCase(column.name) === lowerName);
}

const noColumnsNamed: readonly OutputColumn[] = [];

/**
 * True when nobody can say that the relation lacks the name: a column of it has no name, or has it but for case or quotes.
 * `index` is that of the relation.
 */
export function mayHave(relation: OutputColumns, index: ColumnIndex, name: Name, dialect: Dialect): boolean {
  if (index.hasUnnamed) return true;
  if (dialect !== 'snowflake' && dialect !== 'postgres') return false;
  const lower = name.name.toLowerCase();
  return relation.columns.some(column => column.name.toLowerCase() === lower);
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
  const lower = name.toLowerCase();
  return pseudoColumns.has(lower) || /^(?:metadata\$|\$|@|system\$)/.test(lower);
}
