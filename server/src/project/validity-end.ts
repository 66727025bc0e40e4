/** The end of a validity interval without what is written around it: casts, and what stands for an open end. */

import type { Expression } from '../syntax/sql/tree.ts';
import { walk } from '../syntax/sql/walk.ts';

export interface UnwrappedEnd {
  readonly value: Expression;
  /** Text of the far date that takes the place of NULL. */
  readonly literal: string | undefined;
  /** Something else takes the place of NULL: the last load, the present day. */
  readonly isOther: boolean;
  /** An interval is added or taken away: the end is not the next start itself. */
  readonly isMoved: boolean;
}

const MAX_DEPTH = 30;

export function unwrapEnd(expression: Expression, text: string, depthBefore = 0): UnwrappedEnd {
  let value = expression;
  let literal: string | undefined;
  let isOther = false;
  let isMoved = false;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    if (value.kind === 'parenthesized') value = value.expression;
    else if (value.kind === 'cast') value = value.operand;
    else if (value.kind === 'at-time-zone') value = value.operand;
    else if (value.kind === 'binary' && (value.operator === '-' || value.operator === '+')) {
      isMoved = true;
      value = value.left;
    } else if (value.kind === 'call' && value.over === undefined) {
      const name = value.name.parts.at(-1)?.name.toLowerCase() ?? '';
      const [first, second, third] = value.arguments.map(one => one.value);
      if (/^(?:coalesce|ifnull|nvl)$/.test(name) && first) {
        const otherwise = value.arguments.at(-1)?.value;
        // Moved as a whole, the far date is not the one that is written.
        if (otherwise && isFarDate(otherwise) && !isMoved) literal = text.slice(otherwise.start, otherwise.end);
        else isOther ||= value.arguments.length > 1;
        value = first;
      } else if (/^(?:timestamp_sub|date_sub|timestamp_add|date_add|datetime_sub|datetime_add)$/.test(name) && first) {
        isMoved = true;
        value = first.kind === 'literal' && third ? third : first;
      } else if (/^(?:dateadd|timestampadd)$/.test(name) && third) {
        isMoved = true;
        value = third;
      } else if (/^(?:to_timestamp|to_date|timestamp|date|datetime|to_timestamp_ntz)$/.test(name) && first && !second) {
        value = first;
      } else break;
    } else if (value.kind === 'case' && depthBefore < 3) {
      // `case when lead(x) over w is null then '9999-12-31' else lead(x) over w end`
      const results = [...value.branches.map(one => one.then), ...(value.else ? [value.else] : [])];
      const ends = results.map(one => unwrapEnd(one, text, depthBefore + 1));
      const next = ends.find(one => isLead(one.value));
      if (!next) break;
      for (const [i, end] of ends.entries()) {
        const result = results[i];
        literal ??= isMoved
          ? undefined
          : (end.literal ?? (result && isFarDate(result) ? text.slice(result.start, result.end) : undefined));
        if (end === next) isMoved ||= end.isMoved;
        isOther ||= end.isOther || !(isLead(end.value) || isNull(end.value) || isFarDate(end.value));
      }
      value = next.value;
    } else break;
  }
  return { value, literal, isOther, isMoved };
}

function isLead(value: Expression): boolean {
  return value.kind === 'call' && value.over !== undefined && value.name.parts.at(-1)?.name.toLowerCase() === 'lead';
}

function isNull(value: Expression): boolean {
  return value.kind === 'literal' && value.type === 'null';
}

/** A date nobody lives to see, written out: `'9999-12-31'`, `date '2999-01-01'`, `99991231`. */
export function isFarDate(expression: Expression): boolean {
  let isFar = false;
  let isPlain = true;
  walk(expression, node => {
    if (node.kind === 'column' || node.kind === 'query' || node.kind === 'unknown') isPlain = false;
    if (node.kind === 'literal' && /^(?:20[5-9]\d|2[1-9]\d\d|[3-9]\d\d\d)(?:\d{4}|-\d\d|$)/.test(node.value))
      isFar = true;
  });
  return isFar && isPlain;
}
