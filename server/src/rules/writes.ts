/** What scripts write: the tables their statements change, and which of them are the same. */

import { keptIn } from '../base/kept.ts';
import { UNKNOWN } from '../base/source-map.ts';
import type {
  CreateStatement,
  DeleteStatement,
  InsertStatement,
  MergeStatement,
  QualifiedName,
  Select,
  SqlNode,
  Statement,
  TableExpression,
  UpdateStatement,
} from '../syntax/sql/tree.ts';
import { walk } from '../syntax/sql/walk.ts';
import type { SqlUnit } from './rule.ts';

export type WriteStatement = InsertStatement | UpdateStatement | DeleteStatement | MergeStatement;

/** A table that a statement changes. */
export interface Target {
  /** Lower-case parts, the last one the table's own name; empty when it cannot be known at all. */
  readonly parts: readonly string[];
  /** As people would call it in a message. */
  readonly label: string;
  /** What it is called inside of its statement, lower-case. */
  readonly alias: string | undefined;
  /** Jinja computes its name: which table it is, the caller decides. */
  readonly isUnknown: boolean;
}

/** Statements that change rows, in order, those in CTEs too. */
export function writesIn({ tree }: Pick<SqlUnit, 'tree'>): readonly WriteStatement[] {
  return writesOf(tree);
}

const writesOf = keptIn((tree: SqlUnit['tree']): readonly WriteStatement[] => {
  const found: WriteStatement[] = [];
  for (const statement of tree.statements) {
    if (statement.kind === 'other-statement') continue;
    walk(statement, node => {
      if (isWrite(node)) found.push(node);
    });
  }
  return found;
});

function isWrite(node: SqlNode): node is WriteStatement {
  return node.kind === 'insert' || node.kind === 'update' || node.kind === 'delete' || node.kind === 'merge';
}

export function targetOf(statement: WriteStatement | CreateStatement, text: string): Target {
  const known = targets.get(statement);
  if (known) return known;
  const made = readTarget(statement, text);
  targets.set(statement, made);
  return made;
}

const targets = new WeakMap<Statement, Target>();

function readTarget(statement: WriteStatement | CreateStatement, text: string): Target {
  if (statement.kind === 'insert') return ofName(statement.target, text, undefined);
  if (statement.kind === 'create') return ofName(statement.name, text, undefined);
  const table = firstTable(statement.target);
  const alias = table && 'alias' in table ? table.alias?.name.name.toLowerCase() : undefined;
  if (table?.kind !== 'table') return unknownTarget(alias);
  const target = ofName(table.name, text, alias);
  const cte = targetCteOf(statement);
  if (cte) {
    const own = alias ?? target.parts[0];
    const [only, ...others] = cte.from?.items ?? [];
    return only?.kind === 'table' && others.length === 0 ? ofName(only.name, text, own) : unknownTarget(own);
  }
  if (alias !== undefined || table.name.parts.length !== 1) return target;
  // T-SQL: `update t set … from dim as t`: the name is an alias of FROM.
  const from = statement.kind === 'update' ? statement.from : statement.kind === 'delete' ? statement.using : [];
  for (const one of from.flatMap(tablesOf)) {
    if (one.kind === 'table' && one.alias?.name.name.toLowerCase() === target.parts[0])
      return ofName(one.name, text, target.parts[0]);
  }
  return target;
}

/** T-SQL: `with current_rows as (select * from dim where is_current = 1) merge current_rows …` writes into `dim`. */
export function targetCteOf(statement: WriteStatement): Select | undefined {
  if (statement.kind === 'insert' || !statement.with) return undefined;
  const table = firstTable(statement.target);
  const [name, ...more] = table?.kind === 'table' ? table.name.parts : [];
  if (!name || more.length > 0) return undefined;
  const query = statement.with.ctes.find(one => one.name.name.toLowerCase() === name.name.toLowerCase())?.query;
  return query?.kind === 'query' && query.body.kind === 'select' ? query.body : undefined;
}

/** Leftmost table of a chain of joins (MySQL: `update a join b …`). */
function firstTable(table: TableExpression): TableExpression | undefined {
  let current = table;
  for (;;) {
    if (current.kind === 'join') current = current.left;
    else if (current.kind === 'parenthesized-table') current = current.table;
    else return current;
  }
}

/** Tables of a chain of joins, in order. */
export function tablesOf(table: TableExpression): readonly TableExpression[] {
  const found: TableExpression[] = [];
  const open: TableExpression[] = [table];
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.kind === 'join') open.push(next.right, next.left);
    else if (next.kind === 'parenthesized-table' && next.alias === undefined) open.push(next.table);
    else found.push(next);
  }
  return found;
}

function ofName(name: InsertStatement['target'], text: string, alias: string | undefined): Target {
  if (name.kind === 'error') return unknownTarget(alias);
  const parts = partsOf(name);
  // A placeholder that the grammar did not take for a part of the name.
  if (parts.length === 0 || (name.parts.length === 1 && text.slice(name.start, name.end).includes(UNKNOWN)))
    return unknownTarget(alias);
  return { parts, label: `'${name.parts.at(-1)?.name.split('.').at(-1) ?? ''}'`, alias, isUnknown: false };
}

/** Lower-case parts of a table's name, as far back as they are known; empty when its own name is not. */
export function partsOf(name: QualifiedName): readonly string[] {
  const firstKnown = name.parts.findLastIndex(part => part.hasUnknown) + 1;
  return name.parts
    .slice(firstKnown)
    .flatMap(part => (part.quoted ? part.name.split('.') : [part.name]))
    .map(part => part.toLowerCase());
}

/** What a table that is read may be compared with. */
export function targetNamed(name: QualifiedName): Target {
  const parts = partsOf(name);
  return { parts, label: '', alias: undefined, isUnknown: parts.length === 0 };
}

function unknownTarget(alias: string | undefined): Target {
  return { parts: [], label: 'the target', alias, isUnknown: true };
}

/** Certainly the same table, as far as its name goes: `analytics.dim` and `dim` are. */
export function isSameTarget(a: Target, b: Target): boolean {
  if (a.isUnknown || b.isUnknown) return false;
  return sharesName(a.parts, b.parts);
}

/** The same table, or nobody can tell. */
export function mayBeSameTarget(a: Target, b: Target): boolean {
  return a.isUnknown || b.isUnknown || sharesName(a.parts, b.parts);
}

/** Names of tables agree in all parts that both write. */
export function sharesName(a: readonly string[], b: readonly string[]): boolean {
  const shared = Math.min(a.length, b.length);
  if (shared === 0) return false;
  for (let i = 1; i <= shared; i++) if (a[a.length - i] !== b[b.length - i]) return false;
  return true;
}

/** The statement of the script that makes the table, before `before`: then it is the script's own. */
export function creationOf(
  unit: Pick<SqlUnit, 'tree' | 'text'>,
  target: Target,
  before: number,
): CreateStatement | undefined {
  if (target.isUnknown) return undefined;
  return unit.tree.statements.findLast(
    (one): one is CreateStatement =>
      one.kind === 'create' && one.start < before && sharesName(targetOf(one, unit.text).parts, target.parts),
  );
}

/** Made for the run of the script: `create temp table`, `#t`, `@t`, a table that the script creates itself. */
export function isOwnTable(unit: Pick<SqlUnit, 'tree' | 'text'>, target: Target, before: number): boolean {
  return /^[#@]/.test(target.parts.at(-1) ?? '') || creationOf(unit, target, before) !== undefined;
}

/** The reader made sense of all of the statement. */
export function isRead(unit: Pick<SqlUnit, 'problems'>, at: { readonly start: number; readonly end: number }): boolean {
  return !unit.problems.some(({ span }) => span.start < at.end && span.end > at.start);
}

/** Something in the statement cannot be known offline: whatever is not there may be there. */
export function hasUnknownText(
  unit: Pick<SqlUnit, 'text'>,
  at: { readonly start: number; readonly end: number },
): boolean {
  return unit.text.slice(at.start, at.end).includes(UNKNOWN);
}
