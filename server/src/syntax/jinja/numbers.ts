/** Python's arithmetic: integers of any size (within reason), true and floor division, and how numbers print. */

import { Fault, Float, numberOf, type Value } from './values.ts';

/** Integers may have this many bits; beyond, a template is not computing anything a person wants. */
const MAX_BITS = 100_000;

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';

/** The result, or why there is none; `undefined` when an operand is no number. */
export function calculate(operator: ArithmeticOperator, a: Value, b: Value): Value | Fault {
  const left = numberOf(a);
  const right = numberOf(b);
  if (left === undefined || right === undefined) return undefined;
  const isFloat = a instanceof Float || b instanceof Float;
  if (isFloat || operator === '/') return calculateFloat(operator, Number(left), Number(right));
  if (typeof left === 'number' && typeof right === 'number') {
    const small = calculateSmall(operator, left, right);
    if (small !== undefined) return small;
  }
  return calculateBig(operator, BigInt(left), BigInt(right));
}

const DIVISION_BY_ZERO = new Fault('This divides by zero.');
const TOO_LARGE = new Fault('This number is too large.');

function calculateFloat(operator: ArithmeticOperator, a: number, b: number): Value | Fault {
  switch (operator) {
    case '+':
      return new Float(a + b);
    case '-':
      return new Float(a - b);
    case '*':
      return new Float(a * b);
    case '/':
      return b === 0 ? DIVISION_BY_ZERO : new Float(a / b);
    case '//':
      return b === 0 ? DIVISION_BY_ZERO : new Float(Math.floor(a / b));
    case '%': {
      if (b === 0) return DIVISION_BY_ZERO;
      const rest = a % b;
      return new Float(rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest);
    }
    case '**': {
      const power = a ** b;
      return Number.isFinite(power) ? new Float(power) : TOO_LARGE;
    }
  }
}

/** Integers while the result is safe; nothing when it must be computed with bigints. */
function calculateSmall(operator: ArithmeticOperator, a: number, b: number): Value | Fault {
  let result: number;
  switch (operator) {
    case '+':
      result = a + b;
      break;
    case '-':
      result = a - b;
      break;
    case '*':
      result = a * b;
      break;
    case '//':
      if (b === 0) return DIVISION_BY_ZERO;
      result = Math.floor(a / b);
      // The quotient of large numbers is rounded before `floor` sees it.
      if (Math.abs(a) > 2 ** 52) return undefined;
      break;
    case '%': {
      if (b === 0) return DIVISION_BY_ZERO;
      const rest = a % b;
      result = rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
      break;
    }
    case '**':
      if (b < 0) return a === 0 ? DIVISION_BY_ZERO : new Float(a ** b);
      result = a ** b;
      break;
    case '/':
      return undefined;
  }
  return Number.isSafeInteger(result) ? (result === 0 ? 0 : result) : undefined;
}

function calculateBig(operator: ArithmeticOperator, a: bigint, b: bigint): Value | Fault {
  switch (operator) {
    case '+':
      return normalize(a + b);
    case '-':
      return normalize(a - b);
    case '*':
      return bitsOf(a) + bitsOf(b) > MAX_BITS ? TOO_LARGE : normalize(a * b);
    case '//':
    case '%': {
      if (b === 0n) return DIVISION_BY_ZERO;
      const rest = a % b;
      const borrow = rest !== 0n && rest < 0n !== b < 0n;
      if (operator === '%') return normalize(borrow ? rest + b : rest);
      return normalize(a / b - (borrow ? 1n : 0n));
    }
    case '**':
      if (b < 0n) return calculateFloat('**', Number(a), Number(b));
      if (a === 0n || a === 1n) return b === 0n ? 1 : normalize(a);
      if (a === -1n) return b % 2n === 0n ? 1 : -1;
      return b > BigInt(MAX_BITS) || bitsOf(a) * Number(b) > MAX_BITS ? TOO_LARGE : normalize(a ** b);
    case '/':
      return calculateFloat('/', Number(a), Number(b));
  }
}

/** An upper bound of the number of bits, near enough. */
function bitsOf(value: bigint): number {
  return value.toString(16).length * 4;
}

export function normalize(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

export function negate(value: Value): Value {
  if (value instanceof Float) return new Float(-value.value);
  const number = numberOf(value);
  if (number === undefined) return undefined;
  return typeof number === 'bigint' ? normalize(-number) : number === 0 ? 0 : -number;
}

/** A float as Python prints it: `1.0`, `1e+20`, `1e-05`. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const magnitude = Math.abs(value);
  if (value === 0 || (magnitude >= 1e-4 && magnitude < 1e16)) {
    // JavaScript turns to exponents below 1e-6, which is outside of this range.
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  const [digits = '', exponent = '+0'] = value.toExponential().split('e');
  const sign = exponent[0] === '-' ? '-' : '+';
  const power = exponent.replace(/^[+-]/, '');
  return `${digits}e${sign}${power.length < 2 ? `0${power}` : power}`;
}

/** Rounds half to even at the given decimals on the value's exact digits, as Python's `round` does. */
export function roundHalfEven(value: number, decimals: number): number {
  if (!Number.isFinite(value) || decimals > 300) return value;
  if (decimals >= 0) {
    if (decimals > 100 || Math.abs(value) >= 1e21) return value;
    // Exact decimal digits decide; toFixed works on them, but rounds ties away from zero.
    const fixed = Number(value.toFixed(decimals));
    const scale = 10 ** decimals;
    const tie =
      Number.isSafeInteger(value * scale * 2) &&
      Math.abs((value * scale * 2) % 2) === 1 &&
      (value * scale) / scale === value;
    if (!tie || !isExactTie(value, decimals)) return fixed;
    const below = Math.floor(value * scale);
    return (below % 2 === 0 ? below : below + 1) / scale;
  }
  const scale = 10 ** -decimals;
  const quotient = value / scale;
  const below = Math.floor(quotient);
  const rest = quotient - below;
  const rounded = rest < 0.5 ? below : rest > 0.5 ? below + 1 : below % 2 === 0 ? below : below + 1;
  return rounded * scale;
}

/** True when the double lies exactly in the middle: its digits end in 5 right behind the kept decimals. */
function isExactTie(value: number, decimals: number): boolean {
  const digits = Math.abs(value).toFixed(Math.min(100, decimals + 30));
  const point = digits.indexOf('.');
  return /^50*$/.test(digits.slice(point + 1 + decimals));
}
