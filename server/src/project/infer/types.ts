/** The type family of an expression, where evidence says it: casts, literals, operators, functions, columns above. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { BinaryExpression, ColumnReference, Expression, FunctionCall, Literal } from '../../syntax/sql/tree.ts';
import type { ColumnType, TypeFamily } from '../facts.ts';
import { functionFacts, type ResultRule } from './functions.ts';
import { resolveReference } from './resolve.ts';
import { bare, DEPTH_LIMIT, type Inference } from './state.ts';
import { familyOfType, typeFamilyOf } from './type-names.ts';

export function typeOf(inference: Inference, expression: Expression): ColumnType | undefined {
  return typeAt(inference, expression, 0);
}

function typeAt(inference: Inference, expression: Expression, depth: number): ColumnType | undefined {
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
    case 'tuple':
    case 'access':
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

function because(family: TypeFamily | undefined, reason: string): ColumnType | undefined {
  return family === undefined ? undefined : { family, because: reason };
}

/** Postgres answers numeric or double, by version. */
function typeOfPart(field: string, reason: string, dialect: Dialect): ColumnType | undefined {
  if (dialect === 'postgres' || dialect === 'ansi' || dialect === 'sqlite') return undefined;
  const isWhole = /^(?:year|quarter|month|week|isoweek|isoyear|day|dayofweek|dayofyear|dow|doy|hour|minute)s?$/.test(
    field,
  );
  return isWhole ? { family: 'integer', because: `${reason}(${field})` } : undefined;
}

function typeAtZone(operand: ColumnType | undefined, dialect: Dialect): ColumnType | undefined {
  if (dialect !== 'postgres' && dialect !== 'duckdb' && dialect !== 'redshift') return undefined;
  if (operand?.family === 'timestamp') return { family: 'timestamptz', because: 'at time zone' };
  return operand?.family === 'timestamptz' ? { family: 'timestamp', because: 'at time zone' } : undefined;
}

/* ------------------------------------------------------------- unification */

/** The family that all expressions share; `undefined` when one is not known or they differ. NULL fits all. */
function unify(inference: Inference, expressions: readonly Expression[], depth: number): TypeFamily | undefined {
  let family: TypeFamily | undefined;
  for (const expression of expressions) {
    const inner = bare(expression);
    if (inner.kind === 'literal' && inner.type === 'null') continue;
    const next = typeAt(inference, inner, depth + 1)?.family;
    if (next === undefined) return undefined;
    family = family === undefined ? next : commonFamily(family, next);
    if (family === undefined) return undefined;
  }
  return family;
}

const numbers: readonly TypeFamily[] = ['integer', 'decimal', 'float'];

/** The family that holds values of both. */
export function commonFamily(a: TypeFamily, b: TypeFamily): TypeFamily | undefined {
  if (a === b) return a;
  const rank = Math.max(numbers.indexOf(a), numbers.indexOf(b));
  return numbers.includes(a) && numbers.includes(b) ? numbers[rank] : undefined;
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

function isNumber(family: TypeFamily | undefined): family is 'integer' | 'decimal' | 'float' {
  return family === 'integer' || family === 'decimal' || family === 'float';
}

function arithmetic(
  left: TypeFamily | undefined,
  right: TypeFamily | undefined,
  dialect: Dialect,
): TypeFamily | undefined {
  if (left === 'text' && right === 'text' && dialect === 'tsql') return 'text';
  return isNumber(left) && isNumber(right) ? commonFamily(left, right) : undefined;
}

/** Wide decimals fall over into floats there, and nobody counts their digits. */
function modulo(left: TypeFamily | undefined, right: TypeFamily | undefined, dialect: Dialect): TypeFamily | undefined {
  const family = arithmetic(left, right, dialect);
  return family === 'decimal' && dialect === 'duckdb' ? undefined : family;
}

function divide(left: TypeFamily | undefined, right: TypeFamily | undefined, dialect: Dialect): TypeFamily | undefined {
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

/* --------------------------------------------------------------- functions */

function typeOfCall(inference: Inference, call: FunctionCall, depth: number): ColumnType | undefined {
  if (call.name.parts.length !== 1) return undefined;
  const name = (call.name.parts[0]?.name ?? '').toLowerCase();
  const { dialect } = inference;
  if (name === 'isnull' && call.arguments.length === 1) return { family: 'boolean', because: 'isnull()' };
  if (name === 'date_part' || name === 'datepart') {
    const part = call.arguments[0]?.value;
    const field = part?.kind === 'literal' ? part.value : part?.kind === 'column' ? (part.parts[0]?.name ?? '') : '';
    return dialect === 'redshift' ? undefined : typeOfPart(field.toLowerCase(), name, dialect);
  }
  const facts = functionFacts(name, dialect);
  if (facts?.result === undefined) return undefined;
  return because(resultOf(inference, call, name, facts.result, depth), `${name}()`);
}

function resultOf(
  inference: Inference,
  call: FunctionCall,
  name: string,
  rule: TypeFamily | ResultRule,
  depth: number,
): TypeFamily | undefined {
  const values = call.arguments.map(argument => argument.value);
  const family = (index: number): TypeFamily | undefined => {
    const value = values[index];
    return value === undefined ? undefined : typeAt(inference, value, depth + 1)?.family;
  };
  switch (rule) {
    case 'first':
      return family(0);
    case 'common':
      return values.length === 0 ? undefined : unify(inference, values, depth);
    case 'branches':
      return values.length < 2 || values.length > 3 ? undefined : unify(inference, values.slice(1), depth);
    case 'modulo':
      return modulo(family(0), family(1), inference.dialect);
    case 'sum':
      return typeOfSum(family(0), inference.dialect);
    case 'average':
      return typeOfAverage(family(0), inference.dialect);
    case 'round':
      return typeOfRound(name, family(0), values, inference.dialect);
    case 'date-add':
      return typeOfDateAdd(name, values, family, inference.dialect);
    case 'date-trunc':
      return typeOfDateTrunc(family(inference.dialect === 'bigquery' ? 0 : 1), inference.dialect);
    default:
      return rule;
  }
}

function typeOfSum(family: TypeFamily | undefined, dialect: Dialect): TypeFamily | undefined {
  if (family === 'decimal' || family === 'float' || family === 'interval') return family;
  // Sums of big integers are numeric there.
  return family === 'integer' && !/^(?:postgres|mysql|ansi)$/.test(dialect) ? 'integer' : undefined;
}

function typeOfAverage(family: TypeFamily | undefined, dialect: Dialect): TypeFamily | undefined {
  if (family === 'float') return 'float';
  if (dialect === 'ansi') return undefined;
  if (family === 'decimal') return dialect === 'duckdb' || dialect === 'clickhouse' ? 'float' : 'decimal';
  if (family !== 'integer') return undefined;
  if (dialect === 'redshift' || dialect === 'tsql') return 'integer';
  return dialect === 'snowflake' || dialect === 'postgres' || dialect === 'mysql' ? 'decimal' : 'float';
}

function typeOfRound(
  name: string,
  family: TypeFamily | undefined,
  values: readonly Expression[],
  dialect: Dialect,
): TypeFamily | undefined {
  // Spark and Hive make whole numbers of what they round up or down.
  const isWhole = /^(?:sparksql|databricks|hive|ansi)$/.test(dialect) && /^(?:ceil|ceiling|floor)$/.test(name);
  if (family === 'float') return isWhole ? undefined : 'float';
  const digits = values[1] === undefined ? undefined : bare(values[1]);
  const hasDigits = digits?.kind === 'literal' && digits.type === 'integer' && Number(digits.value) > 0;
  return family === 'decimal' && hasDigits ? 'decimal' : undefined;
}

function typeOfDateAdd(
  name: string,
  values: readonly Expression[],
  family: (index: number) => TypeFamily | undefined,
  dialect: Dialect,
): TypeFamily | undefined {
  if (values.length === 2) {
    return name !== 'dateadd' && /^(?:bigquery|sparksql|databricks|hive)$/.test(dialect) ? 'date' : undefined;
  }
  const value = family(2);
  if (value === 'timestamp' || value === 'timestamptz') return value;
  if (value !== 'date') return undefined;
  if (dialect === 'trino' || dialect === 'athena' || dialect === 'tsql') return 'date';
  const part = values[0];
  const unit = part?.kind === 'column' ? (part.parts[0]?.name ?? '') : part?.kind === 'literal' ? part.value : '';
  return dialect === 'snowflake' && /^(?:day|week|month|quarter|year)s?$/i.test(unit) ? 'date' : undefined;
}

function typeOfDateTrunc(family: TypeFamily | undefined, dialect: Dialect): TypeFamily | undefined {
  if (dialect === 'databricks' || dialect === 'sparksql') return 'timestamptz';
  if (family === 'timestamp' || family === 'timestamptz') return family;
  if (family !== 'date') return undefined;
  if (/^(?:snowflake|trino|athena|bigquery)$/.test(dialect)) return 'date';
  if (dialect === 'redshift') return 'timestamp';
  return dialect === 'postgres' ? 'timestamptz' : undefined;
}
