/** `'%s' % x` and `'{}'.format(x)`. */

import { UNKNOWN } from '../../base/source-map.ts';
import { getAttribute, getItem } from './access.ts';
import { formatTime } from './date-format.ts';
import { Dates } from './dates.ts';
import type { Site } from './evaluator.ts';
import { formatFloat, roundHalfEven } from './numbers.ts';
import { joinValues } from './output.ts';
import { RelationValue } from './relations.ts';
import { represent, toText } from './represent.ts';
import { centerText } from './string-methods.ts';
import { Text } from './text.ts';
import { type CallArguments, Fault, Float, isText, numberOf, textOf, Unknown, type Value } from './values.ts';

const MAX_WIDTH = 10_000;

/** Parts of text, joined with the positions they have. */
function assemble(parts: readonly Value[], site: Site): Value {
  return joinValues(site.evaluator, parts, undefined, site.node, site.frame);
}

function isMarked(value: Value): boolean {
  return value instanceof Text || value instanceof RelationValue || value instanceof Unknown;
}

/** Python's `%` formatting. */
export function formatPercent(format: string, args: CallArguments, site: Site): Value | Fault {
  const parts: Value[] = [];
  let at = 0;
  let next = 0;
  const pattern = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?(.)/gs;
  for (let match = pattern.exec(format); match; match = pattern.exec(format)) {
    const [whole, key, flags = '', width = '', precision, type = ''] = match;
    parts.push(format.slice(at, match.index));
    at = match.index + whole.length;
    if (type === '%') {
      parts.push('%');
      continue;
    }
    const isMissing = key !== undefined ? !args.keywords.has(key) : next >= args.positional.length;
    if (isMissing) {
      if (!args.open) return new Fault('This format asks for more values than it gets.');
      parts.push(new Unknown('a value of a format'));
      continue;
    }
    const value = key !== undefined ? args.keywords.get(key) : args.positional[next++];
    if (isMarked(value) && type === 's' && width === '' && precision === undefined) {
      parts.push(value);
      continue;
    }
    const text = formatOne(
      value,
      flags,
      Math.min(MAX_WIDTH, Number(width) || 0),
      precision === undefined ? undefined : Math.min(100, Number(precision)),
      type,
    );
    if (text instanceof Fault) return text;
    parts.push(text);
  }
  if (next < args.positional.length && args.keywords.size === 0 && !args.open)
    return new Fault('This format gets more values than it asks for.');
  parts.push(format.slice(at));
  return assemble(parts, site);
}

function formatOne(
  value: Value,
  flags: string,
  width: number,
  precision: number | undefined,
  type: string,
): string | Fault {
  if (value instanceof Unknown) return UNKNOWN;
  let text: string;
  switch (type) {
    case 's':
      text = toText(value).slice(0, precision ?? undefined);
      return pad(text, width, flags.includes('-') ? '<' : '>', ' ');
    case 'r':
    case 'a':
      return pad(represent(value), width, flags.includes('-') ? '<' : '>', ' ');
    case 'c':
      return pad(
        typeof value === 'number' ? String.fromCodePoint(Math.max(0, Math.min(value, 0x10ffff))) : toText(value),
        width,
        '>',
        ' ',
      );
    default:
      break;
  }
  const number = numberOf(value);
  if (number === undefined) return new Fault(`'%${type}' needs a number.`);
  const formatted = formatNumber(number, type, precision, flags.includes('#'));
  if (formatted === undefined) return new Fault(`'%${type}' is no format.`);
  text = formatted;
  const sign = text.startsWith('-') ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const digits = text.replace(/^-/, '');
  if (flags.includes('-')) return pad(sign + digits, width, '<', ' ');
  return flags.includes('0') ? sign + digits.padStart(width - sign.length, '0') : pad(sign + digits, width, '>', ' ');
}

function formatNumber(
  number: number | bigint,
  type: string,
  precision: number | undefined,
  alternate: boolean,
): string | undefined {
  const prefix = (mark: string, text: string) =>
    alternate ? (text.startsWith('-') ? `-${mark}${text.slice(1)}` : mark + text) : text;
  const whole = typeof number === 'bigint' ? number : Math.trunc(number);
  switch (type) {
    case 'd':
    case 'i':
    case 'u':
      return String(whole);
    case 'x':
      return prefix('0x', whole.toString(16));
    case 'X':
      return prefix('0X', whole.toString(16).toUpperCase());
    case 'o':
      return prefix('0o', whole.toString(8));
    case 'b':
      return prefix('0b', whole.toString(2));
    case 'f':
    case 'F':
      return fixed(Number(number), precision ?? 6);
    case 'e':
    case 'E': {
      const text = Number(number)
        .toExponential(precision ?? 6)
        .replace(/e([+-])(\d)$/, 'e$10$2');
      return type === 'E' ? text.toUpperCase() : text;
    }
    case 'g':
    case 'G':
      return general(Number(number), precision ?? 6);
    default:
      return undefined;
  }
}

function fixed(value: number, decimals: number): string {
  return Math.abs(value) < 1e21
    ? roundHalfEven(value, decimals).toFixed(decimals)
    : BigInt(Math.round(value)).toString();
}

function general(value: number, precision: number): string {
  const significant = Math.max(1, precision);
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  if (exponent < -4 || exponent >= significant) {
    return value
      .toExponential(significant - 1)
      .replace(/\.?0+e/, 'e')
      .replace(/e([+-])(\d)$/, 'e$10$2');
  }
  const text = value.toFixed(Math.max(0, significant - 1 - exponent));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function pad(text: string, width: number, align: string, fill: string): string {
  if (text.length >= width) return text;
  if (align === '<') return text.padEnd(width, fill);
  if (align === '^') {
    const missing = width - text.length;
    return fill.repeat(missing >> 1) + text + fill.repeat(missing - (missing >> 1));
  }
  return align === 'center' ? centerText(text, width, fill) : text.padStart(width, fill);
}

/** `'{0} {name:>5}'.format(…)`. */
export function formatBraces(format: string, args: CallArguments, site: Site): Value | Fault {
  const parts: Value[] = [];
  let literal = '';
  let at = 0;
  let automatic = 0;
  while (at < format.length) {
    const character = format[at] as string;
    if ((character === '{' || character === '}') && format[at + 1] === character) {
      literal += character;
      at += 2;
      continue;
    }
    if (character === '}') return new Fault(`A single '}' stands in this format.`);
    if (character !== '{') {
      const next = format.slice(at).search(/[{}]/);
      const end = next < 0 ? format.length : at + next;
      literal += format.slice(at, end);
      at = end;
      continue;
    }
    const close = closingBrace(format, at);
    if (close < 0) return new Fault(`A '{' is never closed in this format.`);
    const field = format.slice(at + 1, close);
    at = close + 1;
    const match = /^([^!:]*)(?:!([rsa]))?(?::(.*))?$/s.exec(field);
    if (!match) return new Fault(`'{${field}}' is no format.`);
    const [, path = '', conversion, spec = ''] = match;
    const head = /^[^.[]*/.exec(path)?.[0] ?? '';
    let value: Value | Fault;
    if (head === '' || /^\d+$/.test(head)) {
      const index = head === '' ? automatic++ : Number(head);
      if (index >= args.positional.length && !args.open)
        return new Fault('This format asks for more values than it gets.');
      value = index < args.positional.length ? args.positional[index] : new Unknown('a value of a format');
    } else {
      if (!args.keywords.has(head) && !args.open)
        return new Fault(`This format asks for '${head}', which it does not get.`);
      value = args.keywords.has(head) ? args.keywords.get(head) : new Unknown('a value of a format');
    }
    for (const [, attribute, item] of path.slice(head.length).matchAll(/\.([^.[]+)|\[([^\]]*)\]/g)) {
      value =
        attribute !== undefined
          ? getAttribute(value, attribute, site.evaluator)
          : getItem(value, /^\d+$/.test(item ?? '') ? Number(item) : (item ?? ''), site.evaluator);
      if (value instanceof Fault) return value;
    }
    if (literal !== '') parts.push(literal);
    literal = '';
    if (isMarked(value) && spec === '' && conversion !== 'r') parts.push(value);
    else {
      const text = formatSpec(conversion === 'r' ? represent(value) : conversion ? toText(value) : value, spec);
      if (text instanceof Fault) return text;
      parts.push(text);
    }
  }
  parts.push(literal);
  return assemble(parts, site);
}

function closingBrace(format: string, open: number): number {
  const close = format.indexOf('}', open);
  const nested = format.indexOf('{', open + 1);
  return nested >= 0 && nested < close ? -1 : close;
}

/** A value in Python's format mini-language: `>10`, `,.2f`, `05d`, `%Y-%m-%d`. */
function formatSpec(value: Value, spec: string): string | Fault {
  if (value instanceof Unknown) return UNKNOWN;
  if (value instanceof Dates && spec !== '') return formatTime(value, spec);
  const match = /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/s.exec(spec);
  if (!match) return new Fault(`'${spec}' is no format.`);
  const [, fillGiven, alignGiven, signGiven, alternate, zero, widthText, group, precisionText, type] = match;
  const width = Math.min(MAX_WIDTH, Number(widthText ?? 0));
  const precision = precisionText === undefined ? undefined : Math.min(100, Number(precisionText));
  const number = isText(value) ? undefined : numberOf(value);
  if (number === undefined || (typeof value === 'boolean' && !type)) {
    const text = isText(value) ? textOf(value) : toText(value);
    return pad(precision === undefined ? text : text.slice(0, precision), width, alignGiven ?? '<', fillGiven ?? ' ');
  }
  let text: string | undefined;
  if (type === '%') text = `${fixed(Number(number) * 100, precision ?? 6)}%`;
  else if (type && type !== 'n') text = formatNumber(number, type, precision, alternate !== undefined);
  else if (value instanceof Float)
    text = precision === undefined ? formatFloat(value.value) : general(value.value, precision);
  else text = String(number);
  if (text === undefined) return new Fault(`'${spec}' is no format for a number.`);
  if (group)
    text = text.replace(
      /^(-?)(\d+)/,
      (_, sign: string, digits: string) => sign + digits.replace(/\B(?=(\d{3})+$)/g, group),
    );
  const sign = text.startsWith('-') ? '-' : signGiven === '+' ? '+' : signGiven === ' ' ? ' ' : '';
  const digits = text.replace(/^-/, '');
  const align = alignGiven ?? (zero ? '=' : '>');
  const fill = fillGiven ?? (zero ? '0' : ' ');
  if (align === '=') return sign + digits.padStart(width - sign.length, fill);
  return pad(sign + digits, width, align, fill);
}
