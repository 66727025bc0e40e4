/** What a new type means for those who read or write values of the old one, by dialect. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { ContractForm, ContractType } from '../model.ts';
import { canonicalType, familiesOf } from '../types.ts';

/**
 * `widened`: every old value fits, and readers may meet larger ones. `narrowed`: some old values do not fit. `changed`: another
 * kind of value. `respelled`: another name of the same family, and nobody can tell whether it holds the same.
 */
export type TypeChange = 'same' | 'widened' | 'narrowed' | 'changed' | 'respelled';

export function typeChange(
  before: { readonly type: ContractType; readonly form: ContractForm },
  after: { readonly type: ContractType; readonly form: ContractForm },
  dialect: Dialect,
): TypeChange {
  const old = shapeOf(before.type, dialect);
  const now = shapeOf(after.type, dialect);
  if (old.base === now.base) return sameBase(old, now);
  const step = stepBetween(old, now, dialect);
  if (step !== undefined) return step;
  const families = familiesOf(before.type, before.form, dialect);
  const others = familiesOf(after.type, after.form, dialect);
  if (families.length === 0 || others.length === 0) return 'respelled';
  if (!families.some(family => others.includes(family))) return 'changed';
  if (families.length === others.length) return 'respelled';
  // `integer` to `number`: a word that stands for more.
  return families.length < others.length ? 'widened' : 'narrowed';
}

interface Shape {
  readonly base: string;
  readonly precision: number | undefined;
  readonly scale: number | undefined;
  readonly length: number | undefined;
  /** What stands in brackets that are no numbers: `struct<a int>`. */
  readonly rest: string;
}

function shapeOf(type: ContractType, dialect: Dialect): Shape {
  const text = canonicalType(type.text, dialect);
  const open = text.search(/[(<]/);
  const base = open < 0 ? text : text.slice(0, open);
  const rest = open < 0 ? '' : text.slice(open);
  const numbers = /^\((\d+)(?:,(\d+))?\)$/.exec(rest);
  const first = numbers?.[1] === undefined ? undefined : Number(numbers[1]);
  const second = numbers?.[2] === undefined ? undefined : Number(numbers[2]);
  const isDecimal = base === 'decimal' || base === 'number' || base === 'numeric' || base === 'bignumeric';
  const isText = /char|binary|string/.test(base);
  return {
    base,
    precision: isDecimal ? (type.precision ?? first) : undefined,
    // `decimal(10)` has no digits behind the point.
    scale: isDecimal ? (type.scale ?? second ?? (first === undefined ? undefined : 0)) : undefined,
    length: isText
      ? (first ?? (type.text.includes('(') ? undefined : type.length) ?? limitOf(type.text, dialect))
      : undefined,
    rest: numbers ? (isDecimal || isText ? '' : rest) : rest,
  };
}

/** Redshift's `text` is short. */
function limitOf(text: string, dialect: Dialect): number | undefined {
  return dialect === 'redshift' && /^\s*text\s*$/i.test(text) ? 256 : undefined;
}

function sameBase(old: Shape, now: Shape): TypeChange {
  if (old.rest !== now.rest) return old.rest.includes('<') || now.rest.includes('<') ? 'respelled' : bySize(old, now);
  if (old.length !== now.length) return grows(old.length, now.length) ? 'widened' : 'narrowed';
  if (old.precision === now.precision && old.scale === now.scale) return 'same';
  if (old.precision === undefined || now.precision === undefined) return 'respelled';
  const fraction = (now.scale ?? 0) - (old.scale ?? 0);
  const whole = now.precision - (now.scale ?? 0) - (old.precision - (old.scale ?? 0));
  return fraction < 0 || whole < 0 ? 'narrowed' : 'widened';
}

/** `datetime(3)` to `datetime(6)`. */
function bySize(old: Shape, now: Shape): TypeChange {
  const [a, b] = [/^\((\d+)\)$/.exec(old.rest)?.[1], /^\((\d+)\)$/.exec(now.rest)?.[1]];
  if (a === undefined || b === undefined) return 'respelled';
  return Number(a) < Number(b) ? 'widened' : 'narrowed';
}

/** A missing limit is no limit. */
function grows(old: number | undefined, now: number | undefined): boolean {
  return now === undefined || (old !== undefined && now > old);
}

/** Decimal digits that the integer types can have. */
const DIGITS: { readonly [base: string]: number } = {
  tinyint: 3,
  utinyint: 3,
  smallint: 5,
  usmallint: 5,
  mediumint: 7,
  integer: 10,
  uinteger: 10,
  bigint: 19,
  int64: 19,
  ubigint: 20,
  hugeint: 39,
};

const SIGNED: readonly string[] = ['tinyint', 'smallint', 'mediumint', 'integer', 'bigint', 'hugeint'];
const UNSIGNED: readonly string[] = ['utinyint', 'usmallint', 'mediumint', 'uinteger', 'ubigint', 'uhugeint'];

function stepBetween(old: Shape, now: Shape, dialect: Dialect): TypeChange | undefined {
  const integers = integerStep(old.base, now.base, dialect);
  if (integers !== undefined) return integers;
  const oldDigits = DIGITS[old.base];
  const newDigits = DIGITS[now.base];
  const decimals = new Set(['decimal', 'number', 'numeric', 'bignumeric']);
  if (oldDigits !== undefined && decimals.has(now.base)) {
    if (now.precision === undefined) return dialect === 'postgres' || dialect === 'bigquery' ? 'widened' : 'respelled';
    return now.precision - (now.scale ?? 0) >= oldDigits ? 'widened' : 'narrowed';
  }
  if (newDigits !== undefined && decimals.has(old.base)) return 'narrowed';
  const floats = floatStep(old.base, now.base, dialect);
  if (floats !== undefined) return floats;
  return textStep(old, now, dialect) ?? timeStep(old.base, now.base, dialect);
}

function integerStep(old: string, now: string, dialect: Dialect): TypeChange | undefined {
  // Here `tinyint` has no sign.
  const signed = dialect === 'tsql' ? SIGNED.slice(1) : SIGNED;
  const [a, b] = [signed.indexOf(old), signed.indexOf(now)];
  if (a >= 0 && b >= 0) return a < b ? 'widened' : 'narrowed';
  if (dialect === 'tsql') {
    if (old === 'tinyint' && b >= 0) return 'widened';
    if (now === 'tinyint' && a >= 0) return 'narrowed';
  }
  const [c, d] = [UNSIGNED.indexOf(old), UNSIGNED.indexOf(now)];
  if (c >= 0 && d >= 0) return c < d ? 'widened' : 'narrowed';
  if (c >= 0 && SIGNED.includes(now)) return SIGNED.indexOf(now) > c ? 'widened' : 'narrowed';
  if (d >= 0 && SIGNED.includes(old)) return 'narrowed';
  return undefined;
}

function floatStep(old: string, now: string, dialect: Dialect): TypeChange | undefined {
  const widths: { readonly [base: string]: number } =
    dialect === 'duckdb' || dialect === 'databricks' || dialect === 'sparksql' || dialect === 'hive'
      ? { real: 4, float: 4, double: 8 }
      : { real: 4, float: 8, double: 8, float64: 8 };
  const [a, b] = [widths[old], widths[now]];
  if (a !== undefined && b !== undefined) return a === b ? 'same' : a < b ? 'widened' : 'narrowed';
  // Whole numbers beyond 2^53 lose digits there; below, nothing is lost.
  if (b !== undefined && dialect === 'bigquery' && old === 'int64') return 'widened';
  const spark = dialect === 'databricks' || dialect === 'sparksql';
  if (b === 8 && spark && ['tinyint', 'smallint', 'integer'].includes(old)) return 'widened';
  if (old === 'numeric' && now === 'bignumeric') return 'widened';
  if (old === 'bignumeric' && now === 'numeric') return 'narrowed';
  return undefined;
}

function textStep(old: Shape, now: Shape, dialect: Dialect): TypeChange | undefined {
  const text = new Set(['varchar', 'char', 'nvarchar', 'nchar', 'bpchar']);
  if (text.has(old.base) && text.has(now.base)) {
    const losesSigns = old.base.startsWith('n') && !now.base.startsWith('n') && dialect === 'tsql';
    const fits = old.length === now.length || grows(old.length, now.length);
    return losesSigns || !fits || now.base.endsWith('char') === false ? 'narrowed' : padded(old.base, now.base);
  }
  if (old.base.startsWith('enum') && text.has(now.base)) return 'widened';
  if (text.has(old.base) && now.base.startsWith('enum')) return 'narrowed';
  return undefined;
}

/** A text of fixed length is filled up with blanks. */
function padded(old: string, now: string): TypeChange {
  const isFixed = (base: string): boolean => base === 'char' || base === 'nchar' || base === 'bpchar';
  return isFixed(now) && !isFixed(old) ? 'changed' : 'widened';
}

function timeStep(old: string, now: string, dialect: Dialect): TypeChange | undefined {
  if (dialect === 'tsql') {
    const order = ['smalldatetime', 'timestamp', 'datetime', 'datetime2'];
    const [a, b] = [order.indexOf(old), order.indexOf(now)];
    if (a >= 0 && b >= 0) return a < b ? 'widened' : 'narrowed';
  }
  const spark = dialect === 'databricks' || dialect === 'sparksql';
  if (spark && old === 'date' && /^timestamp(_ntz)?$/.test(now)) return now === 'timestamp_ntz' ? 'widened' : 'changed';
  return undefined;
}
