/**
 * What may be done with the numbers of a column: added up over everything, over everything but some columns, or not at all.
 * Somebody says so, or the SQL that makes the column shows it; names show nothing.
 */

import type { Expression, FunctionCall, Select } from '../syntax/sql/tree.ts';
import type { OutputColumn } from './facts.ts';
import type { QueryFacts, ScopeRelation } from './infer/scopes.ts';
import type { ColumnMeaning } from './meaning.ts';
import { type Traced, traceColumn, traceReference } from './trace.ts';

export interface Measure {
  /** `re-aggregable`: a minimum or maximum, which may be taken again. */
  readonly additivity: 'additive' | 'semi-additive' | 'non-additive' | 're-aggregable';
  /** `semi-additive`: columns over which it must not be added up, by their names beside it. */
  readonly over?: readonly string[];
  /** What it is, where the SQL shows it. */
  readonly form?: 'ratio' | 'average' | 'percentile' | 'distinct count' | 'running total';
  /** `average`: name of the averaged column. `ratio`: what is divided by. */
  readonly of?: string;
  readonly by: 'declared' | 'specification' | 'semantic model' | 'inferred';
  /** In words for people: `meta.grainline says so`, `'rate' is orders / visits in 'fct_visits'`. */
  readonly because: string;
}

export interface MeasureContext {
  readonly facts: QueryFacts;
  readonly text: string;
  /** What the text makes, for messages; absent where the place is at hand. */
  readonly name?: string;
  /** What is known of a column of another node. */
  ofNode(id: string, lowerName: string): Measure | undefined;
}

/** What somebody says of the column. */
export function saidMeasure(said: ColumnMeaning | undefined): Measure | undefined {
  if (said?.measure === undefined) return undefined;
  const { value, by, because } = said.measure;
  return {
    additivity: value,
    ...(value === 'semi-additive' && said.over ? { over: said.over.value } : {}),
    by,
    because,
  };
}

/** Of an expression that stands in the text. */
export function measureOfExpression(context: MeasureContext, expression: Expression): Measure | undefined {
  return measureOf(context, expression, 0);
}

/** Of what a column was traced to. */
export function measureOfTraced(context: MeasureContext, traced: Traced | undefined): Measure | undefined {
  return traced && measureOfSource(context, traced, 0);
}

const DEPTH_LIMIT = 60;

function measureOfSource(context: MeasureContext, traced: Traced, depth: number): Measure | undefined {
  if (traced.kind === 'expression') return measureOf(context, traced.expression, depth + 1);
  const { node } = traced.relation;
  return node === undefined ? undefined : context.ofNode(node, traced.column);
}

function measureOf(context: MeasureContext, written: Expression, depth: number): Measure | undefined {
  if (depth > DEPTH_LIMIT) return undefined;
  const expression = written;
  switch (expression.kind) {
    case 'parenthesized':
      return measureOf(context, expression.expression, depth + 1);
    case 'cast':
      return measureOf(context, expression.operand, depth + 1);
    case 'column': {
      const traced = traceReference(context.facts, expression);
      return traced && measureOfSource(context, traced, depth + 1);
    }
    case 'unary':
      return expression.operator === '-' ? measureOf(context, expression.operand, depth + 1) : undefined;
    case 'binary':
      return measureOfArithmetic(context, expression, depth);
    case 'case': {
      const results = [...expression.branches.map(one => one.then), ...(expression.else ? [expression.else] : [])];
      return allAlike(results.filter(one => !isConstant(one)).map(one => measureOf(context, one, depth + 1)));
    }
    case 'call':
      return measureOfCall(context, expression, depth);
    default:
      return undefined;
  }
}

function measureOfArithmetic(
  context: MeasureContext,
  expression: Extract<Expression, { kind: 'binary' }>,
  depth: number,
): Measure | undefined {
  const { operator, left, right } = expression;
  const of = (side: Expression): Measure | undefined => measureOf(context, side, depth + 1);
  switch (operator) {
    case '+':
    case '-': {
      if (isConstant(left) || isConstant(right)) {
        // A constant added to each row is added as often as there are rows: only what was no sum before stays what it is.
        const one = of(isConstant(left) ? right : left);
        return one?.additivity === 'non-additive' ? one : undefined;
      }
      if (operator === '-' && isEarlier(right, left)) {
        const one = of(left);
        return one?.additivity === 'semi-additive' ? additive('the change of a balance') : undefined;
      }
      const sides = [of(left), of(right)] as const;
      return sides[0] && sides[1] ? allAlike(sides) : undefined;
    }
    case '*':
      if (isConstant(left)) return of(right);
      return isConstant(right) ? of(left) : undefined;
    case '/':
      if (isConstant(right)) return of(left);
      return isRatio(context, left, right, depth) ? ratio(context, expression, right) : undefined;
    default:
      return undefined;
  }
}

function measureOfCall(context: MeasureContext, call: FunctionCall, depth: number): Measure | undefined {
  const name = nameOf(call);
  const [first, second] = call.arguments.map(argument => argument.value);
  if (call.over !== undefined) {
    const over = call.over.kind === 'window' ? call.over : undefined;
    if (name !== 'sum' || !over?.orderBy || first === undefined) return undefined;
    // A frame that ends before the row it began with is a moving total, which adds up no better.
    const by = over.orderBy.items.flatMap(item => (item.expression.kind === 'column' ? [item.expression] : []));
    const columns = by.flatMap(one => one.parts.at(-1)?.name ?? []);
    if (columns.length === 0) return undefined;
    return {
      additivity: 'semi-additive',
      over: columns,
      form: 'running total',
      by: 'inferred',
      because: `${labelled(context, call)} is a running total`,
    };
  }
  if (first === undefined) return name === 'count' ? additive('a count') : undefined;
  switch (name) {
    case 'sum': {
      const summed = call.distinct ? undefined : measureOf(context, first, depth + 1);
      if (call.distinct) return undefined;
      return summed?.additivity === 'semi-additive' ? summed : additive('a sum');
    }
    case 'sumif':
    case 'count_if':
    case 'countif':
      return additive('a count');
    case 'count':
      return call.distinct ? nonAdditive(context, call, 'distinct count') : additive('a count');
    case 'approx_count_distinct':
    case 'approx_distinct':
    case 'uniq':
    case 'uniqexact':
      return nonAdditive(context, call, 'distinct count');
    case 'avg':
    case 'mean':
    case 'avgif':
      return nonAdditive(context, call, 'average');
    case 'median':
    case 'percentile_cont':
    case 'percentile_disc':
    case 'approx_percentile':
    case 'percentile':
    case 'percentile_approx':
    case 'quantile':
    case 'quantile_cont':
      return nonAdditive(context, call, 'percentile');
    case 'min':
    case 'max':
      return { additivity: 're-aggregable', by: 'inferred', because: `${labelled(context, call)} is a ${name}imum` };
    case 'coalesce':
    case 'ifnull':
    case 'nvl':
    case 'zeroifnull':
    case 'nullif':
      return second === undefined || isConstant(second) ? measureOf(context, first, depth + 1) : undefined;
    case 'round':
    case 'abs':
    case 'trunc':
    case 'to_number':
    case 'to_decimal':
    case 'to_double':
      return measureOf(context, first, depth + 1);
    case 'safe_divide':
    case 'try_divide':
    case 'div0':
    case 'div0null':
    case 'divide':
      return second !== undefined && !isConstant(second) && isRatio(context, first, second, depth)
        ? ratio(context, call, second)
        : undefined;
    default:
      return undefined;
  }
}

/* ------------------------------------------------------------------- ratios */

/**
 * Both sides are sums or counts, of one and the same rows: aggregates of one select, or columns of one relation. A share
 * of a total that comes from elsewhere, or from a window, adds up again.
 */
function isRatio(context: MeasureContext, left: Expression, right: Expression, depth: number): boolean {
  const below = relationsOf(context, right);
  const above = relationsOf(context, left);
  if (below === undefined || above === undefined) return false;
  const areColumns = below.size > 0 || above.size > 0;
  if (areColumns && (below.size !== 1 || above.size !== 1 || ![...below].every(one => above.has(one)))) return false;
  return (
    measureOf(context, left, depth + 1)?.additivity === 'additive' && isTotal(measureOf(context, right, depth + 1))
  );
}

function isTotal(measure: Measure | undefined): boolean {
  return measure?.additivity === 'additive' || measure?.form === 'distinct count';
}

/** Relations whose columns stand outside of aggregates; `undefined` where a window or a subquery does. */
function relationsOf(context: MeasureContext, expression: Expression): ReadonlySet<ScopeRelation> | undefined {
  const found = new Set<ScopeRelation>();
  const open = [expression];
  for (let steps = 0; open.length > 0 && steps < 500; steps++) {
    const inner = open.pop() as Expression;
    switch (inner.kind) {
      case 'parenthesized':
        open.push(inner.expression);
        break;
      case 'cast':
      case 'unary':
        open.push(inner.operand);
        break;
      case 'binary':
        open.push(inner.left, inner.right);
        break;
      case 'literal':
        break;
      case 'column': {
        const resolved = context.facts.resolve(inner);
        if (resolved?.kind === 'alias') open.push(resolved.item.expression);
        else if (resolved?.kind === 'column' || resolved?.kind === 'assumed') found.add(resolved.relation);
        else return undefined;
        break;
      }
      case 'call': {
        if (inner.over !== undefined) return undefined;
        const name = nameOf(inner);
        if (!TOTALS.has(name)) for (const { value } of inner.arguments) open.push(value);
        break;
      }
      case 'case':
        for (const { then } of inner.branches) open.push(then);
        if (inner.else) open.push(inner.else);
        break;
      default:
        return undefined;
    }
  }
  return open.length > 0 ? undefined : found;
}

const TOTALS: ReadonlySet<string> = new Set(
  'sum sumif count count_if countif approx_count_distinct approx_distinct uniq uniqexact'.split(' '),
);

/* ------------------------------------------------------------------ helpers */

function ratio(context: MeasureContext, expression: Expression, below: Expression): Measure {
  return {
    additivity: 'non-additive',
    form: 'ratio',
    of: context.text.slice(below.start, Math.min(below.end, below.start + 400)),
    by: 'inferred',
    because: `${labelled(context, expression)} is a ratio`,
  };
}

function nonAdditive(context: MeasureContext, call: FunctionCall, form: NonNullable<Measure['form']>): Measure {
  const article = form === 'average' ? 'an' : 'a';
  const argument = call.arguments[0] && bare(call.arguments[0].value);
  const of = form === 'average' && argument?.kind === 'column' ? argument.parts.at(-1)?.name : undefined;
  return {
    additivity: 'non-additive',
    form,
    ...(of === undefined ? {} : { of }),
    by: 'inferred',
    because: `${labelled(context, call)} is ${article} ${form}`,
  };
}

function additive(what: string): Measure {
  return { additivity: 'additive', by: 'inferred', because: `it is ${what}` };
}

/** The text that makes it, in one line and not long, and where it stands. */
function labelled({ text, name }: MeasureContext, { start, end }: Expression): string {
  const line = text
    .slice(start, Math.min(end, start + 400))
    .replace(/\s+/g, ' ')
    .trim();
  const short = line.length > 60 ? `${line.slice(0, 57).trimEnd()}…` : line;
  return name === undefined ? `'${short}'` : `'${short}' in '${name}'`;
}

/** Measures of one kind, over the same columns. */
function allAlike(measures: readonly (Measure | undefined)[]): Measure | undefined {
  const [first] = measures;
  if (first === undefined) return undefined;
  const over = first.over?.join();
  return measures.every(one => one?.additivity === first.additivity && one.over?.join() === over) ? first : undefined;
}

/** `lag(x) over (…)` of the other side's x. */
function isEarlier(expression: Expression, of: Expression): boolean {
  const call = bare(expression);
  if (call.kind !== 'call' || call.over === undefined || !/^(?:lag|lead)$/.test(nameOf(call))) return false;
  const argument = call.arguments[0]?.value;
  const [a, b] = [argument && bare(argument), bare(of)];
  return a?.kind === 'column' && b.kind === 'column' && a.parts.at(-1)?.name === b.parts.at(-1)?.name;
}

function isConstant(expression: Expression): boolean {
  const inner = bare(expression);
  if (inner.kind === 'literal') return !inner.hasUnknown;
  if (inner.kind === 'cast' || inner.kind === 'unary') return isConstant(inner.operand);
  return false;
}

function bare(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === 'parenthesized') inner = inner.expression;
  return inner;
}

function nameOf(call: FunctionCall): string {
  return call.name.parts.length === 1 ? (call.name.parts[0]?.name.toLowerCase() ?? '') : '';
}

/* ----------------------------------------------------------------- of a node */

export interface NodeMeasureInput {
  readonly name: string;
  /** The outermost select of its text. */
  readonly select: Select;
  readonly facts: QueryFacts;
  readonly text: string;
  readonly columns: readonly OutputColumn[];
  ofNode(id: string, lowerName: string): Measure | undefined;
}

/** What the node's own text shows of the columns that it makes, by lower-case name. Columns it carries along are not among them. */
export function inferredMeasures({ select, columns, ...context }: NodeMeasureInput): ReadonlyMap<string, Measure> {
  const found = new Map<string, Measure>();
  for (const { name, derivation } of columns) {
    if (derivation !== 'aggregate' && derivation !== 'transform') continue;
    const traced = traceColumn(context.facts, select, name);
    const measure = measureOfTraced(context, traced);
    const known = measure && withOwnNames(measure, traced, columns);
    if (known) found.set(name.toLowerCase(), known);
  }
  return found;
}

/** Names of `over` are those of what the measure is read from; of the columns that carry them, where they come out. */
function withOwnNames(
  measure: Measure,
  traced: Traced | undefined,
  columns: readonly OutputColumn[],
): Measure | undefined {
  if (measure.over === undefined) return measure;
  const node = traced?.kind === 'column' ? traced.relation.node : undefined;
  const over = measure.over.map(name => carriedAs(node, name, columns));
  // Where the column is gone, the rows are of one moment, or nobody can tell.
  return over.includes(undefined) ? undefined : { ...measure, over: over as string[] };
}

/** A measure of another node under the names of a node that carries it along. */
export function carriedMeasure(
  measure: Measure | undefined,
  from: string,
  columns: readonly OutputColumn[],
): Measure | undefined {
  if (measure?.over === undefined) return measure;
  const over = measure.over.map(name => carriedAs(from, name, columns));
  return over.includes(undefined) ? undefined : { ...measure, over: over as string[] };
}

function carriedAs(node: string | undefined, name: string, columns: readonly OutputColumn[]): string | undefined {
  const lower = name.toLowerCase();
  const carried = columns.find(({ origins }) => {
    const [origin, ...others] = origins;
    return (
      others.length === 0 && origin?.column.toLowerCase() === lower && (node === undefined || origin.node === node)
    );
  });
  return (carried ?? columns.find(one => one.name.toLowerCase() === lower))?.name;
}
