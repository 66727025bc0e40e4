/** What an expression is made of: whether it carries a column along, and from which columns of other nodes it comes. */

import type { Expression, SqlNode } from '../../syntax/sql/tree.ts';
import { stackChildren } from '../../syntax/sql/walk.ts';
import type { ColumnOrigin, OutputColumn } from '../facts.ts';
import { isAggregateName } from './functions.ts';
import { resolveReference } from './resolve.ts';
import type { ResolvedColumn } from './scopes.ts';
import { bare, type Inference, ORIGIN_LIMIT } from './state.ts';

export interface Derivation {
  readonly derivation: OutputColumn['derivation'];
  readonly origins: readonly ColumnOrigin[];
}

/** The derivation of an expression that is more than a name. */
export function deriveExpression(inference: Inference, expression: Expression): Derivation {
  const origins = new OriginSet();
  let isAggregate = false;
  let isUnknown = false;
  let isLiteral = true;
  const stack: SqlNode[] = [expression];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    switch (node.kind) {
      case 'column': {
        isLiteral = false;
        const resolved = resolveReference(inference, node);
        if (resolved !== undefined) origins.addAll(originsOf(inference, resolved));
        continue;
      }
      case 'query': {
        isLiteral = false;
        for (const column of inference.outputOf(node)?.columns.columns ?? []) origins.addAll(column.origins);
        continue;
      }
      case 'call':
        isLiteral = false;
        if (node.over === undefined && node.name.parts.length === 1) {
          isAggregate ||= isAggregateName(node.name.parts[0]?.folded ?? '');
        }
        isAggregate ||= node.withinGroup !== undefined && node.over === undefined;
        break;
      case 'unknown':
      case 'error':
        isUnknown = true;
        break;
      case 'literal':
      case 'unary':
      case 'cast':
      case 'parenthesized':
      case 'interval':
      case 'array':
      case 'tuple':
      case 'type':
        break;
      case 'identifier':
      case 'name':
        continue;
      default:
        isLiteral = false;
    }
    stackChildren(node, stack);
  }
  if (isUnknown) return { derivation: 'unknown', origins: origins.list };
  if (isAggregate) return { derivation: 'aggregate', origins: origins.list };
  if (isLiteral) return { derivation: 'literal', origins: origins.list };
  return { derivation: 'transform', origins: marked(origins.list, keepsValue(inference, expression, 0)) };
}

function marked(origins: readonly ColumnOrigin[], isReadable: boolean): readonly ColumnOrigin[] {
  if (origins.every(origin => (origin.isReadable ?? false) === isReadable)) return origins;
  return origins.map(({ node, column }) => (isReadable ? { node, column, isReadable } : { node, column }));
}

/** Functions whose result shows what they were given. */
const KEEPING = new Set(
  'lower upper initcap trim ltrim rtrim btrim coalesce ifnull nvl nullif string varchar to_char to_varchar replace'.split(
    ' ',
  ),
);

/** True when nothing but casts and the like stands around columns. */
function keepsValue(inference: Inference, expression: Expression, depth: number): boolean {
  const inner = bare(expression);
  if (depth > 20) return false;
  switch (inner.kind) {
    case 'column': {
      const resolved = resolveReference(inference, inner);
      if (resolved?.kind === 'alias') {
        const source = inference.columnOf(resolved.item);
        return source !== undefined && showsValue(source);
      }
      return (resolved?.kind === 'column' || resolved?.kind === 'assumed') && resolved.path.length === 0
        ? showsValue(resolved.column)
        : false;
    }
    case 'literal':
      return depth > 0;
    case 'cast':
      return keepsValue(inference, inner.operand, depth + 1);
    case 'call':
      return (
        inner.over === undefined &&
        KEEPING.has(inner.name.parts[inner.name.parts.length - 1]?.folded ?? '') &&
        inner.arguments.every(argument => keepsValue(inference, argument.value, depth + 1))
      );
    default:
      return false;
  }
}

/** A column of another node, or what shows the value of one. */
function showsValue({ derivation, origins }: OutputColumn): boolean {
  switch (derivation) {
    case 'transform':
      return origins.length > 0 && origins.every(origin => origin.isReadable === true);
    case 'aggregate':
    case 'unknown':
      return false;
    default:
      return true;
  }
}

/** Columns of other nodes behind a name. */
export function originsOf(inference: Inference, resolved: ResolvedColumn): readonly ColumnOrigin[] {
  switch (resolved.kind) {
    case 'column':
    case 'assumed':
    case 'output':
      return resolved.column.origins;
    case 'alias':
      return inference.columnOf(resolved.item)?.origins ?? [];
    default:
      return [];
  }
}

/** Each origin once, in the order of their first mention. A list that all others add nothing to is shared, not copied. */
export class OriginSet {
  #list: readonly ColumnOrigin[];
  #own: ColumnOrigin[] | undefined;
  #work = 0;
  /** Of more than a few. Branches of a union come from a node each. */
  #nodes: Set<string> | undefined;
  /** Made when much was looked through. */
  #seen: Set<string> | undefined;

  /** `first` holds no origin twice, as no list of origins does. */
  constructor(first: readonly ColumnOrigin[] = none) {
    this.#list = first;
  }

  /** It may grow while more is added. */
  get list(): readonly ColumnOrigin[] {
    return this.#list;
  }

  addAll(origins: readonly ColumnOrigin[]): void {
    if (origins === this.#list) return;
    if (this.#list.length === 0) {
      this.#list = origins;
      return;
    }
    for (const origin of origins) {
      if (this.#list.length >= ORIGIN_LIMIT) return;
      if (!this.#has(origin)) this.#add(origin);
    }
  }

  #has(origin: ColumnOrigin): boolean {
    if (this.#list.length > FEW) {
      this.#nodes ??= new Set(this.#list.map(one => one.node));
      if (!this.#nodes.has(origin.node)) return false;
    }
    this.#work += this.#list.length;
    if (this.#work <= MUCH) {
      return this.#list.some(one => one === origin || (one.column === origin.column && one.node === origin.node));
    }
    this.#seen ??= new Set(this.#list.map(keyOf));
    return this.#seen.has(keyOf(origin));
  }

  #add(origin: ColumnOrigin): void {
    if (this.#own === undefined) {
      this.#own = [...this.#list];
      this.#list = this.#own;
    }
    this.#own.push(origin);
    this.#nodes?.add(origin.node);
    this.#seen?.add(keyOf(origin));
  }
}

const none: readonly ColumnOrigin[] = [];

const FEW = 6;

/** Up to this many are looked at one by one. */
const MUCH = 600;

function keyOf(origin: ColumnOrigin): string {
  return `${origin.node}\n${origin.column}`;
}

/** The name that an expression without an alias gets, where every engine of the dialect agrees on it. */
export function ownName(inference: Inference, expression: Expression): { name: string; quoted: boolean } | undefined {
  let inner = expression;
  const { dialect } = inference;
  const seesThrough = dialect === 'postgres' || dialect === 'redshift';
  if (seesThrough) {
    for (let inside = inner; ; inner = inside) {
      if (inside.kind === 'parenthesized') inside = bare(inside);
      else if (inside.kind === 'cast') inside = inside.operand;
      else break;
    }
  }
  if (inner.kind === 'column') {
    const last = inner.parts[inner.parts.length - 1];
    return last === undefined || last.hasUnknown ? undefined : last;
  }
  const namesFields =
    dialect !== 'snowflake' && dialect !== 'clickhouse' && dialect !== 'ansi' && dialect !== 'postgres';
  if (inner.kind === 'access' && inner.form === 'field' && inner.field !== undefined && namesFields) {
    return inner.field.hasUnknown ? undefined : inner.field;
  }
  return undefined;
}
