/**
 * A column of a relation handed through a model that somebody wrote: from the place where the relation is read to the
 * model's output. Only where one way leads there and each select on it hands rows through one by one; `undefined` where
 * that is not certain.
 */

import { applyEdits, type TextEdit } from '../base/edit.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';
import { parseSql } from '../syntax/sql/parse-sql.ts';
import type { Query, Select, TableExpression, TableReference } from '../syntax/sql/tree.ts';
import { walk } from '../syntax/sql/walk.ts';
import type { Relation } from './context.ts';
import { identifier } from './sql-style.ts';

export interface PassedColumn {
  /** Name in the output. */
  readonly name: string;
  /** Name in the relation. */
  readonly column: string;
}

export function insertColumn(
  text: string,
  column: PassedColumn,
  base: Relation,
  dialect: Dialect,
): readonly TextEdit[] | undefined {
  const edits = editsFor(text, column, base, dialect);
  const after = edits && applyEdits(text, edits);
  return after !== undefined && isReadable(after, dialect) ? edits : undefined;
}

function isReadable(text: string, dialect: Dialect): boolean {
  const masked = maskJinja(text);
  return masked !== undefined && parseSql(masked.text, dialect).problems.length === 0;
}

function editsFor(
  text: string,
  { name, column }: PassedColumn,
  base: Relation,
  dialect: Dialect,
): readonly TextEdit[] | undefined {
  const masked = maskJinja(text);
  if (!masked) return undefined;
  const { value, problems } = parseSql(masked.text, dialect);
  const [statement, more] = value.statements;
  if (problems.length > 0 || more || statement?.kind !== 'query') return undefined;
  const model = new ModelText(text, masked.calls, statement, base, dialect);
  return model.handThrough(statement, name, column);
}

/* -------------------------------------------------------------------- Jinja */

interface Call {
  readonly start: number;
  /** Label of the relation, as generators have it. */
  readonly label: string;
}

/**
 * The text with each relation as a name of the same length and nothing else of Jinja; `undefined` where blocks or other
 * expressions decide what the SQL is.
 */
function maskJinja(text: string): { readonly text: string; readonly calls: readonly Call[] } | undefined {
  const calls: Call[] = [];
  let isPlain = true;
  const masked = text.replace(/\{#[\s\S]*?#\}|\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}/g, (found, start: number) => {
    const blank = found.replace(/[^\n]/g, ' ');
    if (found.startsWith('{#')) return blank;
    if (found.startsWith('{%')) {
      if (!/^\{%-?\s*(?:if\s+is_incremental\(\)|endif|do\s+config\b[\s\S]*)\s*-?%\}$/.test(found)) isPlain = false;
      return blank;
    }
    const inside = found.replace(/^\{\{-?\s*|\s*-?\}\}$/g, '');
    if (/^config\s*\(/.test(inside)) return blank;
    const call = /^(ref|source)\s*\(\s*['"]([^'"]+)['"]\s*(?:,\s*['"]([^'"]+)['"]\s*)?\)$/.exec(inside);
    if (call) {
      const [, kind, first = '', second] = call;
      const label = kind === 'source' ? `${first}.${second ?? ''}` : (second ?? first);
      calls.push({ start, label });
      return `r${String(calls.length)}`.padEnd(found.length, '_');
    }
    // A value, as a macro gives one: `{{ cents('amount') }} as amount`.
    if (found.includes('\n')) isPlain = false;
    return 'v'.padEnd(found.length, '_');
  });
  return isPlain ? { text: masked, calls } : undefined;
}

/* -------------------------------------------------------------------- model */

class ModelText {
  readonly #text: string;
  readonly #calls: readonly Call[];
  readonly #root: Query;
  readonly #base: Relation;
  readonly #dialect: Dialect;

  constructor(text: string, calls: readonly Call[], root: Query, base: Relation, dialect: Dialect) {
    this.#text = text;
    this.#calls = calls;
    this.#root = root;
    this.#base = base;
    this.#dialect = dialect;
  }

  /** Edits by which the query delivers the column under the name. */
  handThrough(query: Query, name: string, column: string): readonly TextEdit[] | undefined {
    const select = selectOf(query);
    const tables = select && tablesOf(select);
    if (!select || !tables) return undefined;
    const [only] = select.items;
    const leading = tables.filter(table => this.#leadsToBase(table, 0));
    const [table, second] = leading;
    if (!table || second) return undefined;
    if (only?.kind === 'star' && select.items.length === 1) {
      if (only.exclude.length + only.replace.length + only.rename.length > 0 || only.isFiltered) return undefined;
      if (tables.length > 1) return undefined;
      return this.#provide(table, name, column);
    }
    if (select.items.some(item => item.kind !== 'item' || item.aliasFirst)) return undefined;
    if (select.distinct || select.groupBy || select.as || select.others.length > 0) return undefined;
    // Beside a column as it is, nothing can be an aggregate: no row is lost or made.
    if (!select.items.some(item => item.kind === 'item' && item.expression.kind === 'column')) return undefined;
    const isDirect = this.#hasAll(table, 0);
    const provided = this.#provide(table, isDirect ? column : name, column);
    if (!provided) return undefined;
    const own = isDirect ? column : name;
    const written = identifier(own, this.#dialect);
    const qualifier = this.#qualifierOf(table, tables.length > 1, select);
    if (qualifier === undefined) return undefined;
    const alias =
      own.toLowerCase() === name.toLowerCase() ? '' : ` ${this.#word('as', select)} ${identifier(name, this.#dialect)}`;
    const edits = appendItem(this.#text, select, `${qualifier}${written}${alias}`);
    return edits && [...provided, ...edits];
  }

  /** Edits by which the table in FROM has the column under the name. */
  #provide(table: TableReference, name: string, column: string): readonly TextEdit[] | undefined {
    if (this.#isBase(table)) return name.toLowerCase() === column.toLowerCase() ? [] : undefined;
    const cte = this.#cteOf(table);
    if (!cte) return undefined;
    if (this.#delivers(cte, name)) return [];
    const edits = this.handThrough(cte, name, column);
    // What others read too would change for them.
    if (edits === undefined || edits.length === 0) return edits;
    return this.#readersOf(table.name.parts[0]?.name ?? '') === 1 ? edits : undefined;
  }

  /** It is the relation, or a CTE that reads all of it. */
  #hasAll(table: TableReference, depth: number): boolean {
    if (this.#isBase(table)) return true;
    const cte = depth < 30 ? this.#cteOf(table) : undefined;
    const select = cte && selectOf(cte);
    const [inner, more] = (select && tablesOf(select)) ?? [];
    const [item, second] = select?.items ?? [];
    const isWhole =
      item?.kind === 'star' &&
      !second &&
      !item.isFiltered &&
      item.exclude.length + item.replace.length + item.rename.length === 0;
    return isWhole && inner !== undefined && !more && this.#hasAll(inner, depth + 1);
  }

  #delivers(query: Query, name: string): boolean {
    const select = selectOf(query);
    return (
      select?.items.some(item => item.kind === 'item' && outputName(item)?.toLowerCase() === name.toLowerCase()) ===
      true
    );
  }

  #leadsToBase(table: TableReference, depth: number): boolean {
    if (this.#isBase(table)) return true;
    const cte = depth < 30 ? this.#cteOf(table) : undefined;
    const select = cte && selectOf(cte);
    return (select && tablesOf(select)?.some(each => this.#leadsToBase(each, depth + 1))) === true;
  }

  #isBase(table: TableReference): boolean {
    const call = this.#calls.find(each => each.start === table.name.start);
    return call?.label.toLowerCase() === this.#base.label.toLowerCase();
  }

  #cteOf(table: TableReference): Query | undefined {
    const [part, more] = table.name.parts;
    if (!part || more || this.#calls.some(each => each.start === table.name.start)) return undefined;
    const cte = this.#root.with?.ctes.find(each => each.name.name.toLowerCase() === part.name.toLowerCase());
    return cte?.query.kind === 'query' && !cte.columns ? cte.query : undefined;
  }

  #readersOf(name: string): number {
    let count = 0;
    walk(this.#root, node => {
      if (
        node.kind === 'table' &&
        node.name.parts.length === 1 &&
        node.name.parts[0]?.name.toLowerCase() === name.toLowerCase()
      )
        count += 1;
    });
    return count;
  }

  /** `orders.`, as far as the select says whose its columns are. */
  #qualifierOf(table: TableReference, isJoined: boolean, select: Select): string | undefined {
    const isQualified = select.items.some(
      item => item.kind === 'item' && item.expression.kind === 'column' && item.expression.parts.length > 1,
    );
    if (!isJoined && !isQualified) return '';
    const name = table.alias?.name ?? (this.#isBase(table) ? undefined : table.name.parts[0]);
    return name && `${this.#text.slice(name.start, name.end)}.`;
  }

  #word(word: string, select: Select): string {
    const keyword = select.keyword && this.#text.slice(select.keyword.start, select.keyword.end);
    return keyword !== undefined && keyword === keyword.toUpperCase() ? word.toUpperCase() : word;
  }
}

function selectOf(query: Query): Select | undefined {
  if (query.isOpaque || query.pipes.length > 0 || query.body.kind !== 'select') return undefined;
  return query.body.isOpaque ? undefined : query.body;
}

/** Tables of FROM and its joins; `undefined` where one of them is something else. */
function tablesOf(select: Select): readonly TableReference[] | undefined {
  const found: TableReference[] = [];
  const pending: TableExpression[] = [...(select.from?.items ?? [])];
  for (let table = pending.pop(); table; table = pending.pop()) {
    if (table.kind === 'join') pending.push(table.right, table.left);
    else if (table.kind === 'table') found.push(table);
    else if (table.kind !== 'subquery' && table.kind !== 'unnest' && table.kind !== 'table-function') return undefined;
  }
  return found.length > 0 ? found : undefined;
}

type Item = Extract<Select['items'][number], { readonly kind: 'item' }>;

function outputName({ alias, expression }: Item): string | undefined {
  return alias?.name ?? (expression.kind === 'column' ? expression.parts.at(-1)?.name : undefined);
}

/** The item behind the last one, with the commas and the indentation that the list has. */
function appendItem(text: string, select: Select, item: string): readonly TextEdit[] | undefined {
  const last = select.items.at(-1);
  if (!last) return undefined;
  const lineStart = text.lastIndexOf('\n', last.start - 1) + 1;
  const before = text.slice(lineStart, last.start);
  const insert = (at: number, added: string): TextEdit => ({ span: { start: at, end: at }, text: added });
  const [, indent = '', comma = ''] = /^([ \t]*)((?:,[ \t]*)?)$/.exec(before) ?? [];
  if (!/^[ \t]*(?:,[ \t]*)?$/.test(before)) return [insert(last.end, `, ${item}`)];
  const lineEnd = text.indexOf('\n', last.end);
  const end = lineEnd < 0 ? text.length : lineEnd;
  const rest = text.slice(last.end, end);
  const isOpen = /^[ \t]*,?[ \t]*(?:--.*)?\r?$/.test(rest);
  if (!isOpen) return [insert(last.end, comma === '' ? `,\n${indent}${item}` : `\n${indent}${comma}${item}`)];
  const at = rest.endsWith('\r') ? end - 1 : end;
  const breakText = rest.endsWith('\r') ? '\r\n' : '\n';
  if (comma !== '') return [insert(at, `${breakText}${indent}${comma}${item}`)];
  if (select.hasTrailingComma) return [insert(at, `${breakText}${indent}${item},`)];
  return [insert(last.end, ','), insert(at, `${breakText}${indent}${item}`)];
}
