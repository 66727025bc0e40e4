/**
 * Loads of histories, read from the statements of a script: what closes versions, what opens them, what they are matched
 * by. All statements of a script on one table are one load.
 */

import { keptIn } from '../../base/kept.ts';
import type { Config } from '../../config/config.ts';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import type { ScopeRelation } from '../../project/infer/scopes.ts';
import type {
  Assignment,
  ColumnReference,
  Expression,
  InsertStatement,
  MergeBranch,
  MergeStatement,
  QueryBody,
  Select,
  UpdateStatement,
} from '../../syntax/sql/tree.ts';
import { bare, operandsOf, plainText } from '../expressions.ts';
import type { RuleContext, SqlUnit } from '../rule.ts';
import {
  creationOf,
  isSameTarget,
  type Target,
  targetCteOf,
  targetOf,
  type WriteStatement,
  writesIn,
} from '../writes.ts';
import { nameOf } from './changes.ts';
import { type Sides, sidesOfStatement } from './load-sides.ts';
import { type Source, sourceOf } from './load-source.ts';
import { isOffFlag, isOnFlag, isOpenEnd, roleInLoad } from './load-values.ts';

/** A statement, or a branch of MERGE, that ends versions. */
export interface Close {
  readonly statement: MergeStatement | UpdateStatement;
  readonly branch: MergeBranch | undefined;
  readonly match: 'matched' | 'by-source' | 'update';
  /** The assignments that close. */
  readonly at: { readonly start: number; readonly end: number };
  readonly flag: Assignment | undefined;
  readonly end: Assignment | undefined;
  /** What it sets beside them. */
  readonly others: readonly Assignment[];
  readonly condition: Expression | undefined;
}

/** A statement, or a branch of MERGE, that adds rows. */
export interface Insertion {
  readonly statement: MergeStatement | InsertStatement;
  readonly branch: MergeBranch | undefined;
  /** `insert *`: each column by its name. */
  readonly isByName: boolean;
  /** Values by lower-case column of the target. */
  readonly values: ReadonlyMap<string, Expression>;
  /** The columns as they are written, by their lower-case names. */
  readonly names: ReadonlyMap<string, string>;
  /** `insert into … select`: the select that makes the rows. */
  readonly select: Select | undefined;
  /** The rows are current versions: the flag is set or the end left open. */
  readonly isOpen: boolean | undefined;
  readonly start: Expression | undefined;
  readonly startColumn: string | undefined;
}

export interface MergeParts {
  readonly merge: MergeStatement;
  readonly sides: Sides;
  /** Columns of the target that ON equates with something of the source, the current flag aside. */
  readonly keys: readonly MergeKey[];
  /** Conjuncts of ON that are no such equation and do not pick the current version. */
  readonly otherConditions: readonly Expression[];
  /** ON picks the current version. */
  readonly asksForCurrent: boolean;
  readonly source: Source | undefined;
}

export interface MergeKey {
  readonly column: string;
  readonly target: ColumnReference;
  readonly source: Expression;
}

export interface Load {
  readonly target: Target;
  /** In order. */
  readonly writes: readonly WriteStatement[];
  readonly merges: readonly MergeParts[];
  readonly closes: readonly Close[];
  readonly insertions: readonly Insertion[];
}

const loadsByValidity = keptIn((_: SqlUnit['tree']) => new Map<Config['validity'], readonly Load[]>());

/** The loads of a script, one for each table that it writes. */
export function loadsOf(unit: SqlUnit, context: Pick<RuleContext, 'project'>): readonly Load[] {
  const validity = (context.project?.config ?? DEFAULT_CONFIG).validity;
  const known = loadsByValidity(unit.tree);
  const before = known.get(validity);
  if (before) return before;
  const groups: { target: Target; writes: WriteStatement[] }[] = [];
  for (const statement of writesIn(unit)) {
    const target = targetOf(statement, unit.text);
    const group = groups.find(one => isSameTarget(one.target, target) || (one.target.isUnknown && target.isUnknown));
    if (group) group.writes.push(statement);
    else groups.push({ target, writes: [statement] });
  }
  const loads = groups.map(group => readLoad(unit, group.target, group.writes, validity));
  known.set(validity, loads);
  return loads;
}

function readLoad(
  unit: SqlUnit,
  target: Target,
  writes: readonly WriteStatement[],
  validity: Config['validity'],
): Load {
  const merges: MergeParts[] = [];
  const closes: Close[] = [];
  const insertions: Insertion[] = [];
  for (const statement of writes) {
    switch (statement.kind) {
      case 'merge':
        merges.push(readMerge(unit, statement, validity));
        for (const branch of statement.branches) {
          const { action } = branch;
          if (action.kind === 'merge-update') {
            const match = branch.match === 'not-matched-by-source' ? 'by-source' : 'matched';
            const close = readClose(statement, branch, match, action.set, branch.condition, validity);
            if (close) closes.push(close);
          } else if (action.kind === 'merge-insert') {
            insertions.push(readMergeInsert(unit, statement, branch, validity));
          }
        }
        break;
      case 'update': {
        const close = readClose(statement, undefined, 'update', statement.set, statement.where, validity);
        if (close) closes.push(close);
        break;
      }
      case 'insert':
        insertions.push(...readInsert(unit, statement, validity));
        break;
      case 'delete':
        break;
    }
  }
  return { target, writes, merges, closes, insertions };
}

function readMerge(unit: SqlUnit, merge: MergeStatement, validity: Config['validity']): MergeParts {
  const sides = sidesOfStatement(unit, merge);
  const keys: MergeKey[] = [];
  const otherConditions: Expression[] = [];
  let asksForCurrent = false;
  for (const one of operandsOf(merge.on, 'and')) {
    if (picksCurrent(one, validity)) {
      asksForCurrent = true;
      continue;
    }
    const key =
      one.kind === 'binary' &&
      /^(?:=|==|<=>|is not distinct from)$/.test(one.operator) &&
      readKey(one.left, one.right, sides);
    if (key) keys.push(key);
    else otherConditions.push(one);
  }
  const relation = relationOf(unit, merge);
  const picked = targetCteOf(merge)?.where?.condition;
  if (picked && operandsOf(picked, 'and').some(one => picksCurrent(one, validity))) asksForCurrent = true;
  return {
    merge,
    sides,
    keys,
    otherConditions,
    asksForCurrent,
    source: relation && sourceOf(unit, relation),
  };
}

function relationOf(unit: SqlUnit, merge: MergeStatement): ScopeRelation | undefined {
  return unit.facts.statementScopes.get(merge)?.relations.find(one => one.table === merge.source);
}

function readKey(left: Expression, right: Expression, sides: Sides): MergeKey | undefined {
  const a = bare(left);
  const b = bare(right);
  if (a.kind === 'column' && sides.of(a) === 'target' && sides.ofAll(b) === 'source')
    return { column: nameOf(a), target: a, source: b };
  if (b.kind === 'column' && sides.of(b) === 'target' && sides.ofAll(a) === 'source')
    return { column: nameOf(b), target: b, source: a };
  return undefined;
}

/** `t.is_current`, `t.is_current = true`, `t.valid_to is null`, `t.valid_to = '9999-12-31'`. */
export function picksCurrent(condition: Expression, validity: Config['validity']): boolean {
  const one = bare(condition);
  const roleOf = (side: Expression) => (side.kind === 'column' ? roleInLoad(nameOf(side), validity) : undefined);
  if (one.kind === 'column') return roleOf(one) === 'current';
  if (one.kind === 'is') {
    const inner = bare(one.operand);
    if (one.test === 'null') return !one.not && roleOf(inner) === 'end';
    return one.test === 'true' && !one.not && roleOf(inner) === 'current';
  }
  if (one.kind !== 'binary' || (one.operator !== '=' && one.operator !== '==')) return false;
  for (const [side, other] of [
    [bare(one.left), one.right],
    [bare(one.right), one.left],
  ] as const) {
    const role = roleOf(unfilled(side));
    if (role === 'current' && isOnFlag(other)) return true;
    if (role === 'end' && isOpenEnd(other)) return true;
  }
  return false;
}

/** The column in `coalesce(t.valid_to, '9999-12-31')`. */
function unfilled(expression: Expression): Expression {
  if (expression.kind !== 'call' || !/^(?:coalesce|ifnull|nvl|isnull)$/i.test(expression.name.parts.at(-1)?.name ?? ''))
    return expression;
  const [first] = expression.arguments;
  return first ? bare(first.value) : expression;
}

function readClose(
  statement: Close['statement'],
  branch: MergeBranch | undefined,
  match: Close['match'],
  set: readonly Assignment[],
  condition: Expression | undefined,
  validity: Config['validity'],
): Close | undefined {
  let flag: Assignment | undefined;
  let end: Assignment | undefined;
  const others: Assignment[] = [];
  for (const one of set) {
    const name = one.target.kind === 'name' ? (one.target.parts.at(-1)?.name ?? '') : '';
    const value = bare(one.value);
    // `t.valid_to = t.valid_to` does nothing.
    if (
      value.kind === 'column' &&
      nameOf(value) === name.toLowerCase() &&
      value.parts.length > 1 &&
      isTargetQualifier(statement, value)
    )
      continue;
    const role = roleInLoad(name, validity);
    // A new start makes it another version: the row is overwritten, not closed.
    if (role === 'start') return undefined;
    if (role === 'current' && isOffFlag(one.value)) flag ??= one;
    else if (role === 'end' && !isOpenEnd(one.value) && one.value.kind !== 'error') end ??= one;
    else others.push(one);
  }
  const closing = [flag, end].filter(one => one !== undefined);
  if (closing.length === 0) return undefined;
  const at = {
    start: Math.min(...closing.map(one => one.start)),
    end: Math.max(...closing.map(one => one.end)),
  };
  return { statement, branch, match, at, flag, end, others, condition };
}

function isTargetQualifier({ target }: Close['statement'], { parts }: ColumnReference): boolean {
  const own = target.kind === 'table' ? (target.alias?.name.name ?? target.name.parts.at(-1)?.name) : undefined;
  return own !== undefined && parts[parts.length - 2]?.name.toLowerCase() === own.toLowerCase();
}

function readMergeInsert(
  unit: SqlUnit,
  statement: MergeStatement,
  branch: MergeBranch,
  validity: Config['validity'],
): Insertion {
  const { action } = branch;
  const pairs: Pair[] = [];
  let isByName = false;
  if (action.kind === 'merge-insert') {
    isByName = action.all;
    const names = action.columns?.map(one => one.parts.at(-1)?.name ?? '') ?? columnsMade(unit, statement);
    if (names && names.length >= action.values.length)
      action.values.forEach((value, i) => {
        pairs.push([names[i] ?? '', value]);
      });
  }
  return describe({ statement, branch, isByName, select: undefined }, pairs, validity);
}

/** A column as it is written, and what goes into it. */
type Pair = readonly [name: string, value: Expression];

/** Columns of the target when the script makes the table itself. */
function columnsMade(unit: SqlUnit, statement: WriteStatement): readonly string[] | undefined {
  const made = creationOf(unit, targetOf(statement, unit.text), statement.start);
  return made && made.columns.length > 0 ? made.columns.map(one => one.name.name) : undefined;
}

function readInsert(unit: SqlUnit, statement: InsertStatement, validity: Config['validity']): readonly Insertion[] {
  if (statement.source?.kind !== 'query') return [];
  const found: Insertion[] = [];
  const open: QueryBody[] = [statement.source.body];
  const names = statement.columns?.map(one => one.name) ?? columnsMade(unit, statement);
  for (let body = open.pop(); body && found.length < 32; body = open.pop()) {
    const pairs: Pair[] = [];
    if (body.kind === 'parenthesized-query') open.push(body.query.body);
    else if (body.kind === 'set-operation') open.push(body.right, body.left);
    else if (body.kind === 'select') {
      const { items } = body;
      const isPlain = items.every(item => item.kind === 'item') && names?.length === items.length;
      items.forEach((item, i) => {
        if (item.kind !== 'item') return;
        const own =
          item.alias?.name ?? (item.expression.kind === 'column' ? item.expression.parts.at(-1)?.name : undefined);
        const name = isPlain ? names?.[i] : own;
        if (name !== undefined) pairs.push([name, item.expression]);
      });
      found.push(describe({ statement, branch: undefined, isByName: false, select: body }, pairs, validity));
    } else if (body.kind === 'values') {
      body.rows[0]?.forEach((value, i) => {
        const name = names?.[i];
        if (name !== undefined) pairs.push([name, value]);
      });
      found.push(describe({ statement, branch: undefined, isByName: false, select: undefined }, pairs, validity));
    }
  }
  return found;
}

function describe(
  read: Pick<Insertion, 'statement' | 'branch' | 'isByName' | 'select'>,
  pairs: readonly Pair[],
  validity: Config['validity'],
): Insertion {
  let isOpen: boolean | undefined;
  let start: Pair | undefined;
  for (const pair of pairs) {
    const [name, value] = pair;
    const role = roleInLoad(name, validity);
    if (role === 'current' && isOnFlag(value)) isOpen = true;
    if (role === 'current' && isOffFlag(value)) isOpen = false;
    if (role === 'end' && isOpen === undefined && isOpenEnd(value)) isOpen = true;
    if (role === 'start') start ??= pair;
  }
  return {
    ...read,
    values: new Map(pairs.map(([name, value]) => [name.toLowerCase(), value])),
    names: new Map(pairs.map(([name]) => [name.toLowerCase(), name])),
    isOpen,
    startColumn: start?.[0],
    start: start?.[1],
  };
}

/** Two expressions say the same, whatever their tables are called. */
export function isSameValue(unit: SqlUnit, a: Expression, b: Expression): boolean {
  const x = bare(a);
  const y = bare(b);
  if (x.kind === 'column' && y.kind === 'column') return nameOf(x) === nameOf(y);
  return plainText(unit, x) === plainText(unit, y);
}
