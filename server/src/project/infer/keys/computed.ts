/** Columns that are made of other columns of their row: hashes, concatenations, casts; and whether they tell those apart. */

import type { CastExpression, ColumnReference, Expression, FunctionCall, SqlNode } from '../../../syntax/sql/tree.ts';
import { stackChildren } from '../../../syntax/sql/walk.ts';
import type { ComputedColumn } from '../../facts.ts';
import { functionFacts } from '../functions.ts';
import { resolveIn, resolveReference } from '../resolve.ts';
import type { ColumnOfRelation } from '../scopes.ts';
import { bare, columnOf, type Inference, type Reference, referenceOf } from '../state.ts';
import { typeFamilyOf } from '../type-names.ts';

/** The column of a relation that a name means; `undefined` for fields of it and for names nobody knows. */
export function columnOfRelation(inference: Inference, node: ColumnReference): ColumnOfRelation | undefined {
  const reference = referenceOf(inference, node);
  if (reference === undefined) return undefined;
  reference.column ??= findColumn(inference, reference) ?? 'none';
  return reference.column === 'none' ? undefined : reference.column;
}

function findColumn(inference: Inference, reference: Reference): ColumnOfRelation | undefined {
  const resolved = resolveIn(inference, reference);
  if ((resolved.kind !== 'column' && resolved.kind !== 'assumed') || resolved.path.length > 0) return undefined;
  // The value of a full join's merged column is that of neither side.
  if (resolved.kind === 'column' && resolved.merged?.join.type === 'full') return undefined;
  return columnOf(resolved.relation, resolved.column, inference.dialect);
}

/** The columns of relations that the value rests on; `undefined` when it may rest on anything else. */
export function columnsBehind(inference: Inference, expression: Expression): readonly ColumnOfRelation[] | undefined {
  const found = new Set<ColumnOfRelation>();
  const stack: SqlNode[] = [expression];
  for (let steps = 0; stack.length > 0; steps++) {
    const node = stack.pop() as SqlNode;
    if (steps > STEP_LIMIT) return undefined;
    switch (node.kind) {
      case 'column': {
        const resolved = resolveReference(inference, node);
        if (resolved?.kind === 'alias' && resolved.item.expression.start < node.start) {
          stack.push(resolved.item.expression);
          continue;
        }
        const column = columnOfRelation(inference, node);
        if (column === undefined) return undefined;
        found.add(column);
        continue;
      }
      case 'identifier':
      case 'name':
      case 'type':
        continue;
      case 'literal':
        if (node.hasUnknown) return undefined;
        continue;
      case 'call':
        if (node.over !== undefined || !isRepeatable(inference, node)) return undefined;
        break;
      case 'query':
      case 'unknown':
      case 'error':
      case 'lambda':
      case 'comprehension':
      case 'parameter':
      case 'star-expression':
        return undefined;
      default:
        break;
    }
    stackChildren(node, stack);
  }
  return [...found];
}

const STEP_LIMIT = 2_000;

/** Gives the same for the same arguments, in all rows of a query. */
function isRepeatable(inference: Inference, call: FunctionCall): boolean {
  const name = nameOf(call);
  return functionFacts(name, inference.dialect)?.kind === 'scalar' ? !CHANCE.test(name) : HASHES.has(name);
}

const CHANCE = /rand|uuid|newid|clock_timestamp/;

const HASHES: ReadonlySet<string> = new Set(
  `md5 md5_hex md5_binary sha sha1 sha1_hex sha1_binary sha2 sha2_hex sha2_binary sha256 sha512 hash farm_fingerprint
  xxhash64 xxhash xxh64 murmurhash3 murmur_hash fnv_hash fingerprint siphash64 cityhash64 hashbytes to_hex hex to_utf8`.split(
    /\s+/,
  ),
);

export interface Made {
  readonly from: readonly ColumnOfRelation[];
  readonly tellsApart: ComputedColumn['tellsApart'];
}

/** What a hash, concatenation or cast is made of; `undefined` for any other expression. */
export function madeOf(inference: Inference, expression: Expression): Made | undefined {
  if (!isMaking(expression)) return undefined;
  const from = columnsBehind(inference, expression);
  if (from === undefined || from.length === 0 || from.length > PART_LIMIT) return undefined;
  return { from, tellsApart: tellsApart(inference, expression, 0) };
}

const PART_LIMIT = 20;

function isMaking(expression: Expression): boolean {
  switch (expression.kind) {
    case 'cast':
      return true;
    case 'binary':
      return expression.operator === '||';
    case 'call': {
      const name = nameOf(expression);
      return expression.over === undefined && (HASHES.has(name) || CONCATENATIONS.has(name) || name === 'coalesce');
    }
    default:
      return false;
  }
}

const CONCATENATIONS: ReadonlySet<string> = new Set(['concat', 'concat_ws', 'upper', 'lower', 'to_varchar', 'to_char']);

type Sureness = ComputedColumn['tellsApart'];

/** Different values of its columns give different values of it. */
function tellsApart(inference: Inference, expression: Expression, depth: number): Sureness {
  if (depth > 30) return 'no';
  const inner = bare(expression);
  switch (inner.kind) {
    case 'column': {
      const resolved = resolveReference(inference, inner);
      if (resolved?.kind !== 'alias') return 'surely';
      return resolved.item.expression.start < inner.start
        ? tellsApart(inference, resolved.item.expression, depth + 1)
        : 'no';
    }
    case 'cast':
      return keepsValues(inference, inner) ? tellsApart(inference, inner.operand, depth + 1) : 'no';
    case 'binary':
      return inner.operator === '||' ? partsApart(inference, operandsOf(inner), '', depth) : 'no';
    case 'call':
      return callTellsApart(inference, inner, depth);
    default:
      return 'no';
  }
}

function callTellsApart(inference: Inference, call: FunctionCall, depth: number): Sureness {
  const name = nameOf(call);
  const values = call.arguments.map(argument => argument.value);
  const [first, second] = values;
  if (call.over !== undefined || first === undefined) return 'no';
  if (HASHES.has(name)) {
    const parts = values
      .filter(value => bare(value).kind !== 'literal')
      .map(value => tellsApart(inference, value, depth + 1));
    return parts.length === 0 ? 'no' : parts.reduce(least);
  }
  if (name === 'concat') return partsApart(inference, values, '', depth);
  if (name === 'concat_ws') return partsApart(inference, values.slice(1), textOf(first) ?? '', depth);
  // Of hexadecimal digits.
  if ((name === 'lower' || name === 'upper') && isHash(first)) return tellsApart(inference, first, depth + 1);
  if ((name === 'to_varchar' || name === 'to_char') && values.length === 1 && !isText(inference, first))
    return tellsApart(inference, first, depth + 1);
  if (name === 'coalesce' && values.length === 2 && second !== undefined && bare(second).kind === 'literal') {
    const of = tellsApart(inference, first, depth + 1);
    return inference.nullabilityOf(first).nullable === 'no' || (textOf(second)?.length ?? 0) >= 8
      ? of
      : least(of, 'meant');
  }
  return 'no';
}

/** Parts side by side in one text: the columns among them need something between them, and NULL must not swallow them. */
function partsApart(inference: Inference, parts: readonly Expression[], separator: string, depth: number): Sureness {
  let sureness: Sureness = 'surely';
  let isOpen = false;
  for (const part of parts) {
    const inner = bare(part);
    if (inner.kind === 'literal') {
      if ((textOf(inner) ?? '') !== '') isOpen = false;
      continue;
    }
    if (isOpen && separator === '') sureness = 'meant';
    isOpen = true;
    sureness = least(sureness, tellsApart(inference, inner, depth + 1));
    if (inference.nullabilityOf(inner).nullable !== 'no') sureness = least(sureness, 'meant');
  }
  return sureness;
}

function least(a: Sureness, b: Sureness): Sureness {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'meant' || b === 'meant' ? 'meant' : 'surely';
}

/** Casts to text write all values differently; so does any cast of a hash. */
function keepsValues(inference: Inference, { type, operand }: CastExpression): boolean {
  if (type.hasUnknown || type.name === '') return false;
  if (isHash(operand)) return true;
  const family = typeFamilyOf(type.name, inference.dialect);
  if (family === 'text') return type.parameters.length === 0 || !isText(inference, operand);
  return false;
}

function isText(inference: Inference, expression: Expression): boolean {
  const family = inference.typeOf(expression)?.family;
  return family === undefined || family === 'text';
}

function isHash(expression: Expression): boolean {
  const inner = bare(expression);
  return inner.kind === 'call' && inner.over === undefined && HASHES.has(nameOf(inner));
}

function textOf(expression: Expression): string | undefined {
  const inner = bare(expression);
  return inner.kind === 'literal' && inner.type === 'string' && !inner.hasUnknown ? inner.value : undefined;
}

function nameOf(call: FunctionCall): string {
  return call.name.parts.length === 1 ? (call.name.parts[0]?.folded ?? '') : '';
}

/** Chains lean left and may be long. */
function operandsOf(expression: Expression): readonly Expression[] {
  const found: Expression[] = [];
  const open = [expression];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const inner = bare(next);
    if (inner.kind === 'binary' && inner.operator === '||') open.push(inner.right, inner.left);
    else found.push(inner);
  }
  return found;
}
