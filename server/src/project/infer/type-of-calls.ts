/** The type family of a function call. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { Expression, FunctionCall } from '../../syntax/sql/tree.ts';
import type { ColumnType, TypeFamily } from '../facts.ts';
import { functionFacts, type ResultRule } from './functions.ts';
import { bare, type Inference } from './state.ts';
import { because, divide, isNumber, modulo, typeAt, typeOfPart, unify } from './types.ts';

export function typeOfCall(inference: Inference, call: FunctionCall, depth: number): ColumnType | undefined {
  if (call.name.parts.length !== 1) return undefined;
  const name = call.name.parts[0]?.folded ?? '';
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
  const { dialect } = inference;
  const values = call.arguments.map(argument => argument.value);
  const family = (index: number): TypeFamily | undefined => {
    const value = values[index];
    return value === undefined ? undefined : typeAt(inference, value, depth + 1)?.family;
  };
  switch (rule) {
    case 'first':
      return family(0);
    case 'second':
      return family(1);
    case 'text-of': {
      const given = family(0);
      return given === 'text' || given === 'array' || given === 'binary' ? given : undefined;
    }
    case 'common':
      return values.length === 0 ? undefined : unify(inference, values, depth);
    case 'branches':
      return values.length < 2 || values.length > 3 ? undefined : unify(inference, values.slice(1), depth);
    case 'concat':
      return typeOfConcat(values.length, family, dialect);
    case 'divide':
      return divide(family(0), family(1), dialect);
    case 'modulo':
      return modulo(family(0), family(1), dialect);
    case 'extreme':
      return values.length === 1 ? family(0) : arrayOfSome(dialect);
    case 'extreme-by':
      return values.length === 2 ? family(0) : arrayOfSome(dialect);
    case 'sum':
      return typeOfSum(family(0), dialect);
    case 'average':
      return typeOfAverage(family(0), dialect);
    case 'median':
      return typeOfMedian(family(0), dialect);
    case 'round':
      return typeOfRound(name, family(0), values, dialect);
    case 'to-number':
      return typeOfToNumber(values, dialect);
    case 'date-add':
      return typeOfDateAdd(name, values, family, dialect);
    case 'date-trunc':
      return typeOfDateTrunc(family(dialect === 'bigquery' ? 0 : 1), dialect);
    case 'strptime':
      return typeOfStrptime(values[1]);
    case 'convert-timezone':
      if (dialect === 'snowflake') return values.length === 3 ? 'timestamp' : 'timestamptz';
      return dialect === 'redshift' || dialect === 'databricks' ? 'timestamp' : undefined;
    default:
      return rule;
  }
}

/** Joins arrays and bytes too, but never text with them. */
function typeOfConcat(
  count: number,
  family: (index: number) => TypeFamily | undefined,
  dialect: Dialect,
): TypeFamily | undefined {
  const isTextOnly = !/^(?:ansi|bigquery|trino|athena|databricks|sparksql|duckdb|clickhouse)$/.test(dialect);
  if (isTextOnly) return 'text';
  let all: TypeFamily | undefined;
  for (let i = 0; i < count; i++) {
    const one = family(i);
    if (one !== undefined && one !== 'array' && one !== 'binary') return 'text';
    all = i === 0 || all === one ? one : undefined;
  }
  return all === 'array' || all === 'binary' ? all : undefined;
}

/** `max(a, 3)`: the three greatest. */
function arrayOfSome(dialect: Dialect): TypeFamily | undefined {
  return /^(?:duckdb|trino|athena|snowflake)$/.test(dialect) ? 'array' : undefined;
}

function typeOfMedian(family: TypeFamily | undefined, dialect: Dialect): TypeFamily | undefined {
  if (family === 'float' || !isNumber(family)) return family === 'float' ? 'float' : undefined;
  if (dialect === 'databricks' || dialect === 'sparksql') return 'float';
  if (dialect === 'snowflake') return 'decimal';
  return dialect === 'duckdb' && family === 'integer' ? 'float' : undefined;
}

function typeOfToNumber(values: readonly Expression[], dialect: Dialect): TypeFamily | undefined {
  if (dialect === 'postgres' || dialect === 'redshift') return 'decimal';
  if (dialect !== 'snowflake') return undefined;
  if (values.length === 1) return 'integer';
  const last = values[values.length - 1];
  const scale = last === undefined ? undefined : bare(last);
  if (values.length < 3 || scale?.kind !== 'literal' || scale.type !== 'integer') return undefined;
  return Number(scale.value) > 0 ? 'decimal' : 'integer';
}

/** A pattern with a zone in it gives an instant. */
function typeOfStrptime(pattern: Expression | undefined): TypeFamily | undefined {
  const written = pattern === undefined ? undefined : bare(pattern);
  if (written?.kind !== 'literal' || written.type !== 'string' || written.hasUnknown) return undefined;
  return /%z/i.test(written.value) ? 'timestamptz' : 'timestamp';
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
  const digits = values[1] === undefined ? undefined : bare(values[1]);
  const hasDigits = digits?.kind === 'literal' && digits.type === 'integer' && Number(digits.value) > 0;
  const isUpOrDown = /^(?:ceil|ceiling|floor)$/.test(name);
  if (family === 'float') {
    // Spark and Hive make whole numbers of what they round up or down.
    if (!isUpOrDown || values.length > 1) return 'float';
    if (dialect === 'ansi') return undefined;
    return /^(?:sparksql|databricks|hive)$/.test(dialect) ? 'integer' : 'float';
  }
  if (family === 'integer') {
    if (isUpOrDown && dialect === 'duckdb') return 'float';
    return wholeStaysWhole.has(dialect) && !hasDigits ? 'integer' : undefined;
  }
  if (family !== 'decimal') return undefined;
  if (hasDigits) return 'decimal';
  return values.length === 1 && wholeDecimalIsInteger.has(dialect) ? 'integer' : undefined;
}

const wholeStaysWhole: ReadonlySet<Dialect> = new Set(['duckdb', 'snowflake', 'trino', 'athena', 'mysql', 'tsql']);
/** Dialects that take away the digits behind the point from the type too. */
const wholeDecimalIsInteger: ReadonlySet<Dialect> = new Set([
  ...(['duckdb', 'snowflake', 'trino', 'athena', 'databricks', 'sparksql'] as const),
]);

function typeOfDateAdd(
  name: string,
  values: readonly Expression[],
  family: (index: number) => TypeFamily | undefined,
  dialect: Dialect,
): TypeFamily | undefined {
  if (values.length === 2) {
    const given = family(0);
    if (dialect === 'duckdb')
      return given === 'date' || given === 'timestamp' ? 'timestamp' : given === 'timestamptz' ? given : undefined;
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
