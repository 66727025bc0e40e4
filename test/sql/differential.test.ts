import { init, parse as parseWithRust } from '@guanmingchiu/sqlparser-ts';
import nodeSqlParser from 'node-sql-parser';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';
import { lastPart } from '../../server/src/syntax/sql/names.ts';
import { parseSql } from '../../server/src/syntax/sql/parse-sql.ts';
import type { Select, SelectItem, SqlFile } from '../../server/src/syntax/sql/tree.ts';
import { walk } from '../../server/src/syntax/sql/walk.ts';
import { samples } from './samples.ts';

/** What all parsers must find in a text: lower-case names, sorted but for the output columns, which are in order. */
interface Summary {
  readonly tables: readonly string[];
  readonly ctes: readonly string[];
  /** Of the first branch of the final query: names, `*` for a star, '' for an expression without a name. */
  readonly outputs: readonly string[];
}

const RUST: Partial<Record<Dialect, string>> = {
  snowflake: 'snowflake',
  bigquery: 'bigquery',
  postgres: 'postgresql',
  redshift: 'redshift',
  databricks: 'databricks',
  sparksql: 'databricks',
  trino: 'generic',
  duckdb: 'duckdb',
  tsql: 'mssql',
  mysql: 'mysql',
  clickhouse: 'clickhouse',
  hive: 'hive',
  sqlite: 'sqlite',
  ansi: 'generic',
};

const NODE: Partial<Record<Dialect, string>> = {
  snowflake: 'Snowflake',
  bigquery: 'BigQuery',
  postgres: 'Postgresql',
  redshift: 'Redshift',
  trino: 'Trino',
  tsql: 'TransactSQL',
  mysql: 'MySQL',
  hive: 'Hive',
  sqlite: 'Sqlite',
  ansi: 'Postgresql',
};

/** What each of the others reads of our samples; fewer would mean that these tests compare nothing. */
const LEAST_COMPARED = { rust: 18, node: 10 };

describe('against a WASM build of sqlparser-rs', () => {
  beforeAll(() => init());

  test('tables, CTEs and output columns agree', () => {
    let compared = 0;
    for (const { name, dialect, text } of samples) {
      let tree: unknown;
      try {
        tree = parseWithRust(text, RUST[dialect] as Parameters<typeof parseWithRust>[1]);
      } catch {
        continue;
      }
      compared++;
      expect({ name, ...ours(text, dialect) }).toEqual({ name, ...rustSummary(tree) });
    }
    expect(compared).toBeGreaterThanOrEqual(LEAST_COMPARED.rust);
  });
});

describe('against node-sql-parser', () => {
  test('tables, CTEs and output columns agree', () => {
    const parser = new nodeSqlParser.Parser();
    let compared = 0;
    for (const { name, dialect, text } of samples) {
      const database = NODE[dialect];
      if (database === undefined) continue;
      let tree: unknown;
      try {
        tree = parser.astify(text, { database, trimQuery: false });
      } catch {
        continue;
      }
      compared++;
      expect({ name, ...ours(text, dialect) }).toEqual({ name, ...nodeSummary(tree) });
    }
    expect(compared).toBeGreaterThanOrEqual(LEAST_COMPARED.node);
  });
});

function ours(text: string, dialect: Dialect): Summary {
  const { value } = parseSql(text, dialect);
  const tables = new Set<string>();
  const ctes = new Set<string>();
  walk(value, node => {
    if (node.kind === 'table') tables.add(lastPart(node.name).name.toLowerCase());
    if (node.kind === 'cte') ctes.add(node.name.name.toLowerCase());
    if (node.kind === 'insert' && node.target.kind === 'name') tables.add(lastPart(node.target).name.toLowerCase());
  });
  return { tables: [...tables].sort(), ctes: [...ctes].sort(), outputs: ourOutputs(value) };
}

function ourOutputs(file: SqlFile): readonly string[] {
  const statement = file.statements[0];
  if (statement?.kind !== 'query') return [];
  let body = statement.body;
  while (body.kind === 'set-operation' || body.kind === 'parenthesized-query') {
    body = body.kind === 'set-operation' ? body.left : body.query.body;
  }
  return body.kind === 'select' ? (body as Select).items.map(nameOfItem) : [];
}

function nameOfItem(item: SelectItem): string {
  if (item.kind === 'star') return '*';
  if (item.kind !== 'item') return '?';
  if (item.alias) return item.alias.name.toLowerCase();
  const { expression } = item;
  return expression.kind === 'column' ? lastPart(expression).name.toLowerCase() : '';
}

/* The trees of the others are plain JSON of many shapes; only the parts compared are looked at. */

/** What lies at a path of keys; -1 is the last element. */
function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const key of path) {
    if (found === null || typeof found !== 'object') return undefined;
    const index = key === -1 && Array.isArray(found) ? found.length - 1 : key;
    found = (found as Record<string | number, unknown>)[index];
  }
  return found;
}

function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

function lowerAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found.toLowerCase() : '';
}

function everyObject(value: unknown, visit: (node: unknown) => void): void {
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const node = pending.pop();
    if (node === null || typeof node !== 'object') continue;
    visit(node);
    pending.push(...Object.values(node));
  }
}

function rustSummary(tree: unknown): Summary {
  const tables = new Set<string>();
  const ctes = new Set<string>();
  everyObject(tree, node => {
    // A table with arguments is a function, which we keep apart.
    if (at(node, 'Table', 'name') && !at(node, 'Table', 'args'))
      tables.add(lowerAt(node, 'Table', 'name', -1, 'Identifier', 'value'));
    for (const cte of listAt(node, 'cte_tables')) ctes.add(lowerAt(cte, 'alias', 'name', 'value'));
    if (Array.isArray(at(node, 'TableName'))) tables.add(lowerAt(node, 'TableName', -1, 'Identifier', 'value'));
  });
  return { tables: [...tables].sort(), ctes: [...ctes].sort(), outputs: rustOutputs(tree) };
}

function rustOutputs(tree: unknown): readonly string[] {
  let body = at(tree, 0, 'Query', 'body');
  while (at(body, 'SetOperation') || at(body, 'Query'))
    body = at(body, 'SetOperation', 'left') ?? at(body, 'Query', 'body');
  return listAt(body, 'Select', 'projection').map(item => {
    if (typeof item === 'string' || at(item, 'Wildcard') || at(item, 'QualifiedWildcard')) return '*';
    if (at(item, 'ExprWithAlias')) return lowerAt(item, 'ExprWithAlias', 'alias', 'value');
    const expression = at(item, 'UnnamedExpr');
    return lowerAt(expression, 'Identifier', 'value') || lowerAt(expression, 'CompoundIdentifier', -1, 'value');
  });
}

function nodeSummary(tree: unknown): Summary {
  const tables = new Set<string>();
  const ctes = new Set<string>();
  everyObject(tree, node => {
    const table = at(node, 'table');
    // A path that is quoted whole stays one text there.
    if (typeof table === 'string' && at(node, 'as') !== undefined && at(node, 'type') !== 'column_ref') {
      tables.add(table.slice(table.lastIndexOf('.') + 1).toLowerCase());
    }
    for (const cte of listAt(node, 'with')) ctes.add(lowerAt(cte, 'name', 'value'));
  });
  const first = Array.isArray(tree) ? tree[0] : tree;
  const outputs = at(first, 'type') === 'select' ? listAt(first, 'columns').map(nodeName) : [];
  return { tables: [...tables].sort(), ctes: [...ctes].sort(), outputs };
}

function nodeName(column: unknown): string {
  const alias = lowerAt(column, 'as');
  if (alias !== '' || at(column, 'expr', 'type') !== 'column_ref') return alias;
  return lowerAt(column, 'expr', 'column') || lowerAt(column, 'expr', 'column', 'expr', 'value');
}
