/** What the values mean that loads of a history write: an open end, a flag, the clock. */

import type { Config } from '../../config/config.ts';
import { CLOCKS } from '../../project/clocks.ts';
import { isFarDate } from '../../project/validity-end.ts';
import { type ValidityRole, validityRole } from '../../project/validity-names.ts';
import type { Expression } from '../../syntax/sql/tree.ts';
import { argumentsOf, bare, functionName } from '../expressions.ts';

/** `EffectiveEndDate` and `effective_end_date` are one name. */
function snake(name: string): string {
  return /[a-z][A-Z]/.test(name) ? name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase() : name.toLowerCase();
}

/**
 * What a column may be to a version. Wider than what names alone may say: rules on loads ask what is written into the
 * column too.
 */
export function roleInLoad(name: string, validity: Config['validity']): ValidityRole | undefined {
  const plain = snake(name);
  const known = validityRole(plain, validity)?.role;
  if (known !== undefined) return known;
  if (FLAG.test(plain)) return 'current';
  if (END.test(plain)) return 'end';
  return START.test(plain) ? 'start' : undefined;
}

const OWNER = '^_?(?:dbt_|scd2?_|row_|record_|rec_|version_|dw_|dwh_|etl_|sys_)*';
const KIND = '(?:_?(?:flag|flg|fl|ind|indicator|record|row|version|yn|bit))?$';
const UNIT = '(?:_?(?:at|on|ts|dt|date|datetime|timestamp|time|day|utc|key))*$';
const FLAG = new RegExp(`${OWNER}(?:is_?)?(?:current|curr|cur|active|latest|live)${KIND}`);
const END = new RegExp(
  `${OWNER}(?:(?:valid|effective|eff|active)_?(?:to|until|till|thru|through|end|ended)|end|ended|exp|expire|expired|expires|expiry|expiration|close|closed|to|thru|until|date_to|date_end|inactive)${UNIT}`,
);
const START = new RegExp(
  `${OWNER}(?:(?:valid|effective|eff|active)_?(?:from|since|start|begin|started)?|start|started|begin|from|date_from|date_start|open|opened)${UNIT}`,
);

/** Without casts, parentheses, and functions that only read a date. */
export function plainValue(expression: Expression): Expression {
  let value = bare(expression);
  for (let depth = 0; depth < 20; depth++) {
    if (value.kind === 'cast') value = bare(value.operand);
    else if (
      value.kind === 'call' &&
      /^(?:to_date|to_timestamp\w*|date|timestamp|datetime)$/.test(functionName(value))
    ) {
      const [first] = argumentsOf(value);
      if (first === undefined) return value;
      value = bare(first);
    } else break;
  }
  return value;
}

/** The value ends no version: NULL or a date nobody lives to see. */
export function isOpenEnd(expression: Expression): boolean {
  const value = plainValue(expression);
  if (value.kind === 'literal' && (value.type === 'null' || /^infinity$/i.test(value.value))) return true;
  return isFarDate(expression);
}

export function isNullLiteral(expression: Expression): boolean {
  const value = plainValue(expression);
  return value.kind === 'literal' && value.type === 'null';
}

/** The flag says that a version is not the current one. */
export function isOffFlag(expression: Expression): boolean {
  const value = plainValue(expression);
  return (
    value.kind === 'literal' &&
    !value.hasUnknown &&
    /^(?:false|0|n|no|f|i|inactive|expired|historical|old)$/i.test(value.value)
  );
}

export function isOnFlag(expression: Expression): boolean {
  const value = plainValue(expression);
  return value.kind === 'literal' && !value.hasUnknown && /^(?:true|1|y|yes|t|a|c|active|current)$/i.test(value.value);
}

export interface Clock {
  readonly at: Expression;
  /** `day`: the same all day long. */
  readonly grain: 'instant' | 'day';
}

/** The clock that a value is taken from, when it is made of nothing else: intervals may be added, zones changed. */
export function clockOf(expression: Expression): Clock | undefined {
  const value = bare(expression);
  switch (value.kind) {
    case 'cast': {
      const inner = clockOf(value.operand);
      return inner && value.type.name === 'date' ? { ...inner, grain: 'day' } : inner;
    }
    case 'at-time-zone':
      return clockOf(value.operand);
    case 'binary':
      return value.operator === '+' || value.operator === '-' ? clockOf(value.left) : undefined;
    case 'column': {
      // A niladic name that the grammar took for a column: `sysdate`.
      const name = value.parts.length === 1 ? (value.parts[0]?.name.toLowerCase() ?? '') : '';
      return CLOCKS.has(name) && !value.parts[0]?.quoted ? { at: value, grain: grainOf(name) } : undefined;
    }
    case 'call': {
      const name = functionName(value);
      if (CLOCKS.has(name)) return { at: value, grain: grainOf(name) };
      if (!KEEPS_CLOCK.test(name)) return undefined;
      for (const argument of argumentsOf(value)) {
        const inner = clockOf(argument);
        if (inner) return /trunc|^(?:to_)?date$/.test(name) ? { ...inner, grain: 'day' } : inner;
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

const KEEPS_CLOCK =
  /^(?:dateadd|date_add|timestamp_add|timestamp_sub|date_sub|datetime_add|datetime_sub|timestampadd|convert|convert_timezone|to_timestamp\w*|to_date|date|timestamp|datetime|date_trunc|trunc|timestamp_trunc|from_utc_timestamp|to_utc_timestamp|sysdate|adddate|subdate)$/;

function grainOf(name: string): Clock['grain'] {
  return name === 'current_date' || name === 'today' || name === 'curdate' ? 'day' : 'instant';
}
