/** How the dialects compare names, and which columns exist that nobody lists. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import { normalizeName } from '../../syntax/sql/names.ts';
import type { Identifier } from '../../syntax/sql/tree.ts';
import type { OutputColumn, OutputColumns } from '../facts.ts';

export interface Name {
  readonly name: string;
  readonly quoted: boolean;
}

/** Columns of a relation by folded name; more than one entry where the relation repeats a name. */
export interface ColumnIndex {
  readonly byName: ReadonlyMap<string, readonly OutputColumn[]>;
  /** Names without regard to case or quotes: a name that is only found here is neither present nor missing for sure. */
  readonly loose: ReadonlySet<string>;
  /** A column has no name that can be known, so none is missing for sure. */
  readonly hasUnnamed: boolean;
}

const indexes = new WeakMap<readonly OutputColumn[], Map<Dialect, ColumnIndex>>();

/** Made once for each list of columns: relations of a thousand columns are read by a hundred queries. */
export function indexOf(relation: OutputColumns, dialect: Dialect): ColumnIndex {
  let byDialect = indexes.get(relation.columns);
  if (byDialect === undefined) {
    byDialect = new Map();
    indexes.set(relation.columns, byDialect);
  }
  let index = byDialect.get(dialect);
  if (index === undefined) {
    index = makeIndex(relation.columns, dialect);
    byDialect.set(dialect, index);
  }
  return index;
}

function makeIndex(columns: readonly OutputColumn[], dialect: Dialect): ColumnIndex {
  const byName = new Map<string, OutputColumn[]>();
  const loose = new Set<string>();
  let hasUnnamed = false;
  for (const column of columns) {
    if (column.name === '') {
      hasUnnamed = true;
      continue;
    }
    const key = normalizeName(column, dialect);
    const list = byName.get(key);
    if (list === undefined) byName.set(key, [column]);
    else list.push(column);
    loose.add(column.name.toLowerCase());
  }
  return { byName, loose, hasUnnamed };
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
