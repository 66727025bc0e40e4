/** The type family of an expression, where evidence says it: casts, literals, operators, functions, columns above. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import type {
  AccessExpression,
  BinaryExpression,
  ColumnReference,
  Expression,
  Literal,
  StructExpression,
} from '../../syntax/sql/tree.ts';
import type { ColumnType, TypeFamily } from '../facts.ts';
import { resolveReference } from './resolve.ts';
import { bare, DEPTH_LIMIT, type Inference } from './state.ts';
import { familyOfType, typeFamilyOf } from './type-names.ts';
import { typeOfCall } from './type-of-calls.ts';

export function typeOf(inference: Inference, expression: Expression): ColumnType | undefined {
  return typeAt(inference, expression, 0);
}

export function typeAt(inference: Inference, expression: Expression, depth: number): ColumnType | undefined {
  if (depth > DEPTH_LIMIT) return undefined;
  const { dialect } = inference;
  const of = (part: Expression) => typeAt(inference, part, depth + 1);
  switch (expression.kind) {
    case 'parenthesized':
      return of(bare(expression));
    case 'column':
      return typeOfReference(inference, expression);
    case 'literal':
      return typeOfLiteral(expression, dialect);
    case 'unary':
      if (expression.operator === 'not') return { family: 'boolean', because: 'not' };
      return expression.operator === '-' || expression.operator === '+' ? of(expression.operand) : undefined;
    case 'binary':
      return typeOfBinary(inference, expression, depth);
    case 'between':
      return { family: 'boolean', because: 'between' };
    case 'in':
      return { family: 'boolean', because: 'in' };
    case 'like':
      return { family: 'boolean', because: expression.operator };
    case 'is':
      return { family: 'boolean', because: `is ${expression.not ? 'not ' : ''}${expression.test}` };
    case 'exists':
      return { family: 'boolean', because: 'exists' };
    case 'quantified':
      return { family: 'boolean', because: `comparison with ${expression.operator} ${expression.quantifier}` };
    case 'case': {
      const results = expression.branches.map(branch => branch.then);
      if (expression.else !== undefined) results.push(expression.else);
      return because(unify(inference, results, depth), 'case');
    }
    case 'cast': {
      const family = familyOfType(expression.type, dialect);
      return family === undefined ? undefined : { family, because: `cast to ${expression.type.name}` };
    }
    case 'extract':
      return typeOfPart(expression.field, 'extract', dialect);
    case 'call':
      return typeOfCall(inference, expression, depth);
    case 'interval':
      return { family: 'interval', because: 'an interval' };
    case 'scalar-subquery': {
      if (expression.collects) return undefined;
      const columns = inference.outputOf(expression.query)?.columns;
      return columns?.isComplete && columns.columns.length === 1 ? columns.columns[0]?.type : undefined;
    }
    case 'array':
      return { family: 'array', because: 'an array literal' };
    case 'at-time-zone':
      return typeAtZone(of(expression.operand), dialect);
    case 'collate':
      return of(expression.operand);
    case 'struct':
      return because(familyOfStruct(expression, inference), 'a literal');
    case 'access':
      return because(familyOfAccess(expression, of(expression.operand)?.family, dialect), 'a part of it');
    case 'tuple':
    case 'lambda':
    case 'parameter':
    case 'star-expression':
    case 'comprehension':
    case 'unknown':
    case 'error':
      return undefined;
  }
}

function typeOfReference(inference: Inference, reference: ColumnReference): ColumnType | undefined {
  const resolved = resolveReference(inference, reference);
  switch (resolved?.kind) {
    case 'column':
    case 'assumed':
      return resolved.path.length === 0 ? resolved.column.type : undefined;
    case 'output':
      return resolved.column.type;
    case 'alias':
      return inference.columnOf(resolved.item)?.type;
    default:
      return undefined;
  }
}

/** Engines that read `1.5` as a floating-point number. */
const decimalsAreFloats: ReadonlySet<Dialect> = new Set(['bigquery', 'hive', 'clickhouse', 'sqlite']);

function typeOfLiteral(literal: Literal, dialect: Dialect): ColumnType | undefined {
  if (literal.hasUnknown && literal.type !== 'string') return undefined;
  switch (literal.type) {
    case 'null':
      return undefined;
    case 'string':
      return { family: 'text', because: 'a text literal' };
    case 'decimal':
      if (dialect === 'ansi') return undefined;
      return { family: decimalsAreFloats.has(dialect) ? 'float' : 'decimal', because: 'a number literal' };
    case 'integer':
    case 'float':
      return { family: literal.type, because: 'a number literal' };
    case 'timestamp': {
      const family = typeFamilyOf(literal.prefix ?? 'timestamp', dialect);
      return family === undefined ? undefined : { family, because: `a ${literal.prefix ?? 'timestamp'} literal` };
    }
    default:
      return { family: literal.type, because: `a ${literal.type} literal` };
  }
}

export function because(family: TypeFamily | undefined, reason: string): ColumnType | undefined {
  return family === undefined ? undefined : { family, because: reason };
}

function familyOfStruct(expression: StructExpression, { dialect, input }: Inference): TypeFamily | undefined {
  const start = input.text.slice(expression.start, expression.start + 4).toLowerCase();
  if (start.startsWith('map')) return 'map';
  if (start.startsWith('{')) return dialect === 'snowflake' ? 'json' : dialect === 'duckdb' ? 'struct' : undefined;
  return dialect === 'ansi' ? undefined : 'struct';
}

function familyOfAccess(
  { form, operand, index }: AccessExpression,
  family: TypeFamily | undefined,
  dialect: Dialect,
): TypeFamily | undefined {
  if (dialect === 'snowflake' && (form === 'path' || family === 'json')) return 'json';
  if (family === 'json' && (dialect === 'redshift' || dialect === 'bigquery')) return 'json';
  // Behind a path everything is text until it is cast.
  if ((dialect === 'databricks' || dialect === 'sparksql') && (form === 'path' || isPath(operand))) return 'text';
  if (dialect === 'duckdb' && form === 'subscript' && family === 'text' && index.length > 0) return 'text';
  return undefined;
}

function isPath(expression: Expression): boolean {
  let inner = expression;
  while (inner.kind === 'access' && inner.form !== 'path') inner = inner.operand;
  return inner.kind === 'access';
}

/** Postgres answers numeric or double, by version. */
export function typeOfPart(field: string, reason: string, dialect: Dialect): ColumnType | undefined {
  if (dialect === 'postgres' || dialect === 'ansi' || dialect === 'sqlite') return undefined;
  const isWhole =
    /^(?:year|quarter|month|week|isoweek|isoyear|day|dayofweek|dayofyear|dow|isodow|doy|hour|minute)s?$/.test(field) ||
    (/^(?:second|millisecond|microsecond)s?$/.test(field) &&
      /^(?:duckdb|snowflake|bigquery|trino|athena)$/.test(dialect));
  return isWhole ? { family: 'integer', because: `${reason}(${field})` } : undefined;
}

function typeAtZone(operand: ColumnType | undefined, dialect: Dialect): ColumnType | undefined {
  if (dialect !== 'postgres' && dialect !== 'duckdb' && dialect !== 'redshift') return undefined;
  if (operand?.family === 'timestamp') return { family: 'timestamptz', because: 'at time zone' };
  return operand?.family === 'timestamptz' ? { family: 'timestamp', because: 'at time zone' } : undefined;
}

/* ------------------------------------------------------------- unification */

/** The family that all expressions share; `undefined` when one is not known or they differ. NULL fits all. */
export function unify(inference: Inference, expressions: readonly Expression[], depth: number): TypeFamily | undefined {
  const { dialect } = inference;
  let family: TypeFamily | undefined;
  let hasText = false;
  for (const expression of expressions) {
    const inner = bare(expression);
    if (inner.kind === 'literal' && inner.type === 'null') continue;
    if (inner.kind === 'literal' && inner.type === 'string') {
      hasText = true;
      continue;
    }
    const next = typeAt(inference, inner, depth + 1)?.family;
    if (next === undefined) return undefined;
    family = family === undefined ? next : commonFamily(family, next, dialect);
    if (family === undefined) return undefined;
  }
  if (!hasText || family === 'text') return hasText ? 'text' : family;
  if (family === undefined) return 'text';
  // `coalesce(day, '9999-12-31')`: a literal takes the type of what stands beside it.
  return literalsAdapt.has(dialect) && moments.includes(family) ? family : undefined;
}

const numbers: readonly TypeFamily[] = ['integer', 'decimal', 'float'];
const moments: readonly TypeFamily[] = ['date', 'timestamp', 'timestamptz'];
const literalsAdapt: ReadonlySet<Dialect> = new Set(['duckdb', 'postgres', 'redshift', 'bigquery']);
/** A day beside a moment becomes midnight there. */
const daysWiden: ReadonlySet<Dialect> = new Set([
  ...(['duckdb', 'postgres', 'redshift', 'snowflake', 'trino', 'athena', 'databricks', 'sparksql', 'mysql'] as const),
]);

/** The family that holds values of both. */
export function commonFamily(a: TypeFamily, b: TypeFamily, dialect: Dialect): TypeFamily | undefined {
  if (a === b) return a;
  if (numbers.includes(a) && numbers.includes(b)) return numbers[Math.max(numbers.indexOf(a), numbers.indexOf(b))];
  if ((a === 'date' || b === 'date') && daysWiden.has(dialect)) {
    const other = a === 'date' ? b : a;
    return moments.includes(other) ? other : undefined;
  }
  return undefined;
}

/* --------------------------------------------------------------- operators */

const comparison = /^(?:=|==|<>|!=|<|>|<=|>=|<=>|\^=|~|!~|~\*|!~\*|is (?:not )?distinct from|@>|<@|&&|\?|\?\||\?&)$/;

function typeOfBinary(inference: Inference, expression: BinaryExpression, depth: number): ColumnType | undefined {
  // Chains lean left and may be long.
  const spine: BinaryExpression[] = [];
  let leftmost: Expression = expression;
  for (; leftmost.kind === 'binary' && !isBoolean(leftmost.operator); leftmost = leftmost.left) spine.push(leftmost);
  let result = leftmost.kind === 'binary' ? booleanType(leftmost.operator) : typeAt(inference, leftmost, depth + 1);
  for (let i = spine.length - 1; i >= 0; i--) {
    const node = spine[i] as BinaryExpression;
    const right = typeAt(inference, node.right, depth + 1);
    const family = combine(node.operator, result?.family, right?.family, inference.dialect);
    result = because(family, `${node.operator}`);
  }
  return result;
}

function isBoolean(operator: string): boolean {
  return operator === 'and' || operator === 'or' || operator === 'xor' || comparison.test(operator);
}

function booleanType(operator: string): ColumnType {
  return { family: 'boolean', because: comparison.test(operator) ? `comparison with ${operator}` : operator };
}

/** Engines in which `/` of two integers gives a whole number. */
const divisionTruncates: ReadonlySet<Dialect> = new Set(['postgres', 'redshift', 'trino', 'athena', 'tsql', 'sqlite']);
const divisionGivesFloat: ReadonlySet<Dialect> = new Set([
  ...(['bigquery', 'databricks', 'sparksql', 'hive', 'duckdb', 'clickhouse'] as const),
]);
/** `||` joins arrays too. */
const concatenatesArrays: ReadonlySet<Dialect> = new Set([
  ...(['ansi', 'postgres', 'duckdb', 'trino', 'athena', 'bigquery', 'databricks', 'sparksql'] as const),
]);

function combine(
  operator: string,
  left: TypeFamily | undefined,
  right: TypeFamily | undefined,
  dialect: Dialect,
): TypeFamily | undefined {
  switch (operator) {
    case '||':
      if (dialect === 'mysql') return undefined;
      if (left === 'text' || right === 'text' || !concatenatesArrays.has(dialect)) return 'text';
      return left !== undefined && left === right ? left : undefined;
    case '->>':
    case '#>>':
      return 'text';
    case '->':
    case '#>':
      return 'json';
    case '/':
      return divide(left, right, dialect);
    case '//':
    case 'div':
      return left === 'integer' && right === 'integer' ? 'integer' : undefined;
    case '+':
    case '-':
      return addDates(operator, left, right, dialect) ?? arithmetic(left, right, dialect);
    case '*':
      if (left === 'interval' || right === 'interval') return left === right ? undefined : 'interval';
      return arithmetic(left, right, dialect);
    case '%':
    case 'mod':
    case '^':
    case '**':
      return operator === '%' || operator === 'mod' ? modulo(left, right, dialect) : undefined;
    default:
      return undefined;
  }
}

export function isNumber(family: TypeFamily | undefined): family is 'integer' | 'decimal' | 'float' {
  return family === 'integer' || family === 'decimal' || family === 'float';
}

function arithmetic(
  left: TypeFamily | undefined,
  right: TypeFamily | undefined,
  dialect: Dialect,
): TypeFamily | undefined {
  if (left === 'text' && right === 'text' && dialect === 'tsql') return 'text';
  return isNumber(left) && isNumber(right) ? commonFamily(left, right, dialect) : undefined;
}

/** Wide decimals fall over into floats there, and nobody counts their digits. */
export function modulo(
  left: TypeFamily | undefined,
  right: TypeFamily | undefined,
  dialect: Dialect,
): TypeFamily | undefined {
  const family = arithmetic(left, right, dialect);
  return family === 'decimal' && dialect === 'duckdb' ? undefined : family;
}

export function divide(
  left: TypeFamily | undefined,
  right: TypeFamily | undefined,
  dialect: Dialect,
): TypeFamily | undefined {
  if (left === 'interval' && isNumber(right)) return 'interval';
  if (!isNumber(left) || !isNumber(right)) return undefined;
  if (left === 'float' || right === 'float') return 'float';
  if (left === 'integer' && right === 'integer') {
    if (divisionTruncates.has(dialect)) return 'integer';
    if (divisionGivesFloat.has(dialect)) return 'float';
    return dialect === 'snowflake' || dialect === 'mysql' ? 'decimal' : undefined;
  }
  if (dialect === 'ansi' || dialect === 'clickhouse') return undefined;
  return dialect === 'duckdb' ? 'float' : 'decimal';
}

function addDates(
  operator: '+' | '-',
  left: TypeFamily | undefined,
  right: TypeFamily | undefined,
  dialect: Dialect,
): TypeFamily | undefined {
  const isInstant = (family: TypeFamily | undefined) => family === 'timestamp' || family === 'timestamptz';
  if (left === 'date' && right === 'integer') {
    return /^(?:postgres|redshift|snowflake|duckdb|bigquery|databricks|sparksql)$/.test(dialect) ? 'date' : undefined;
  }
  if (left === 'date' && right === 'date' && operator === '-') {
    if (/^(?:postgres|redshift|snowflake|duckdb)$/.test(dialect)) return 'integer';
    return /^(?:trino|athena|bigquery|databricks|sparksql)$/.test(dialect) ? 'interval' : undefined;
  }
  if (isInstant(left) && right === 'interval') return left;
  if (left === 'interval' && isInstant(right) && operator === '+') return right;
  if (left === 'date' && right === 'interval') {
    if (/^(?:postgres|redshift|duckdb|bigquery)$/.test(dialect)) return 'timestamp';
    return undefined;
  }
  if (isInstant(left) && left === right && operator === '-') {
    return /^(?:postgres|redshift|duckdb|trino|athena|bigquery|databricks|sparksql)$/.test(dialect)
      ? 'interval'
      : undefined;
  }
  return left === 'interval' && right === 'interval' ? 'interval' : undefined;
}
