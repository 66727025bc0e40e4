/**
 * `target/catalog.json`, which `dbt docs generate` writes: the columns that the warehouse had at that time. It helps where it
 * is there; nothing needs it, and the project's own SQL and YAML win over it.
 */

import type { Dialect } from '../syntax/sql/dialect.ts';
import { normalizeName } from '../syntax/sql/names.ts';
import type { OutputColumn, OutputColumns, PropertyFacts } from './facts.ts';
import { typeFamilyOf } from './infer/type-names.ts';

export interface CatalogColumn {
  readonly name: string;
  readonly type: string | undefined;
}

/** Columns in order by the id of the node: `source.shop.crm.accounts`, `model.shop.orders`. */
export type Catalog = ReadonlyMap<string, readonly CatalogColumn[]>;

export const EMPTY_CATALOG: Catalog = new Map();

/** Wider relations are no tables. */
const COLUMN_LIMIT = 20_000;

/** A file that is broken, or of another kind, says nothing. */
export function readCatalog(text: string): Catalog {
  if (!text.includes('"columns"')) return EMPTY_CATALOG;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return EMPTY_CATALOG;
  }
  const found = new Map<string, readonly CatalogColumn[]>();
  const root = recordOf(value);
  for (const group of ['nodes', 'sources']) {
    for (const [id, entry] of Object.entries(recordOf(root[group]))) {
      const columns = readColumns(recordOf(recordOf(entry)['columns']));
      if (columns.length > 0 && columns.length <= COLUMN_LIMIT) found.set(id, columns);
    }
  }
  return found;
}

function readColumns(entries: Readonly<Record<string, unknown>>): readonly CatalogColumn[] {
  const found: { readonly column: CatalogColumn; readonly index: number }[] = [];
  for (const [key, value] of Object.entries(entries)) {
    const { name, type, index } = recordOf(value);
    found.push({
      column: { name: typeof name === 'string' ? name : key, type: typeof type === 'string' ? type : undefined },
      index: typeof index === 'number' ? index : found.length,
    });
  }
  return found.sort((a, b) => a.index - b.index).map(one => one.column);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/* ------------------------------------------------------------------ columns */

/**
 * Columns of a source: all of them, unless YAML knows one that the catalog does not, which then is older than the table.
 */
export function sourceColumns(
  columns: readonly CatalogColumn[] | undefined,
  properties: PropertyFacts | undefined,
  dialect: Dialect,
): OutputColumns | undefined {
  if (columns === undefined) return undefined;
  const known = columns.map(column => outputColumn(column, dialect));
  const names = new Set(known.map(column => column.name.toLowerCase()));
  const newer = (properties?.columns ?? []).filter(column => !names.has(column.name.toLowerCase()));
  return {
    columns: [...known, ...newer.map(column => outputColumn({ name: column.name, type: undefined }, dialect))],
    isComplete: newer.length === 0,
  };
}

/**
 * What the SQL shows, with types where it shows none. Where it does not show all columns, those that the catalog knows
 * besides; not all of them even then, since the SQL may have changed.
 */
export function withCatalog(
  shown: OutputColumns,
  columns: readonly CatalogColumn[] | undefined,
  dialect: Dialect,
): OutputColumns {
  if (columns === undefined) return shown;
  const byName = new Map(columns.map(column => [column.name.toLowerCase(), column]));
  let isChanged = false;
  const typed = shown.columns.map((column): OutputColumn => {
    const known = byName.get(column.name.toLowerCase());
    const type = column.type === undefined && known ? outputColumn(known, dialect).type : undefined;
    if (type === undefined) return column;
    isChanged = true;
    return { ...column, type };
  });
  if (shown.isComplete) return isChanged ? { columns: typed, isComplete: true } : shown;
  const names = new Set(typed.map(column => column.name.toLowerCase()));
  const more = columns.filter(column => !names.has(column.name.toLowerCase()));
  return { columns: [...typed, ...more.map(column => outputColumn(column, dialect))], isComplete: false };
}

function outputColumn({ name, type }: CatalogColumn, dialect: Dialect): OutputColumn {
  const family = type === undefined ? undefined : typeFamilyOf(type, dialect);
  // Names in capitals are what Snowflake makes of plain ones; people write those small.
  const isPlain = normalizeName({ name, quoted: false }, dialect) === name || dialect !== 'postgres';
  const isFolded = dialect === 'snowflake' && /^[A-Z_][A-Z0-9_$]*$/.test(name);
  return {
    name: isFolded ? name.toLowerCase() : name,
    quoted: dialect === 'snowflake' ? !isFolded : !isPlain,
    type: family === undefined ? undefined : { family, because: `${type} in target/catalog.json` },
    nullable: 'unknown',
    derivation: 'declared',
    origins: [],
    definedHere: false,
  };
}
