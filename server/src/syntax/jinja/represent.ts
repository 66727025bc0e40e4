/** How values print: `str(…)`, `repr(…)` and JSON. */

import { UNKNOWN } from '../../base/source-map.ts';
import { formatDates, reprDates } from './date-format.ts';
import { Dates } from './dates.ts';
import { formatFloat } from './numbers.ts';
import { RelationValue } from './relations.ts';
import { Text } from './text.ts';
import { Callable, Dict, Float, List, PySet, Range, Thing, Tuple, Unknown, type Value } from './values.ts';

/** Longest text a single value may print to. */
const MAX_PRINT = 4_000_000;
const MAX_JSON_PARTS = 200_000;

export function toText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof Text) return value.text;
  if (value === undefined) return '';
  return represent(value);
}

/** Python's `repr`, which is `str` for all but text. */
export function represent(value: Value): string {
  const out = { text: '' };
  write(value, out, 0);
  return out.text;
}

function write(value: Value, out: { text: string }, depth: number): void {
  if (out.text.length > MAX_PRINT || depth > 100) {
    out.text += '...';
    return;
  }
  switch (typeof value) {
    case 'string':
      out.text += quoteText(value);
      return;
    case 'number':
    case 'bigint':
      out.text += value;
      return;
    case 'boolean':
      out.text += value ? 'True' : 'False';
      return;
    case 'undefined':
      out.text += 'Undefined';
      return;
    default:
      break;
  }
  if (value === null) out.text += 'None';
  else if (value instanceof Text) out.text += quoteText(value.text);
  else if (value instanceof Float) out.text += formatFloat(value.value);
  else if (value instanceof List) writeItems(value.items, '[', value.open ? `, ${UNKNOWN}]` : ']', out, depth);
  else if (value instanceof Tuple) writeItems(value.items, '(', value.items.length === 1 ? ',)' : ')', out, depth);
  else if (value instanceof Dict) writeDict(value, out, depth);
  else if (value instanceof PySet) {
    if (value.entries.size === 0) out.text += 'set()';
    else writeItems([...value.entries.values()], '{', '}', out, depth);
  } else if (value instanceof Range) {
    out.text +=
      value.step === 1 ? `range(${value.from}, ${value.to})` : `range(${value.from}, ${value.to}, ${value.step})`;
  } else if (value instanceof Dates) out.text += depth === 0 ? formatDates(value) : reprDates(value);
  else if (value instanceof RelationValue) out.text += depth === 0 ? value.rendered : `<Relation ${value.rendered}>`;
  else if (value instanceof Unknown) out.text += UNKNOWN;
  else if (value instanceof Thing) out.text += value.text ?? UNKNOWN;
  else if (value instanceof Callable) out.text += UNKNOWN;
}

function writeItems(items: readonly Value[], open: string, close: string, out: { text: string }, depth: number): void {
  out.text += open;
  for (let i = 0; i < items.length; i++) {
    if (i > 0) out.text += ', ';
    if (out.text.length > MAX_PRINT) break;
    write(items[i], out, depth + 1);
  }
  out.text += close;
}

function writeDict(dict: Dict, out: { text: string }, depth: number): void {
  out.text += '{';
  let first = true;
  for (const [key, value] of dict.entries.values()) {
    if (!first) out.text += ', ';
    first = false;
    if (out.text.length > MAX_PRINT) break;
    write(key, out, depth + 1);
    out.text += ': ';
    write(value, out, depth + 1);
  }
  out.text += dict.open ? `, ${UNKNOWN}}` : '}';
}

function quoteText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let result = quote;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (character === '\\' || character === quote) result += `\\${character}`;
    else if (character === '\n') result += '\\n';
    else if (character === '\r') result += '\\r';
    else if (character === '\t') result += '\\t';
    else if (code < 32 || code === 127) result += `\\x${code.toString(16).padStart(2, '0')}`;
    else result += character;
  }
  return result + quote;
}

/** `tojson`: as Python's `json.dumps` writes it. `undefined` when a value is unknown or has no JSON. */
export function toJson(value: Value, sortKeys: boolean, indent?: number): string | undefined {
  let left = MAX_JSON_PARTS;
  const write = (v: Value, depth: number): string | undefined => {
    if (depth > 100 || --left < 0) return undefined;
    if (v === null) return 'null';
    if (typeof v === 'boolean') return v ? 'true' : 'false';
    if (typeof v === 'number' || typeof v === 'bigint') return String(v);
    if (v instanceof Float) return formatFloat(v.value);
    if (typeof v === 'string') return quoteJson(v);
    if (v instanceof Text) return quoteJson(v.text);
    if (v instanceof List || v instanceof Tuple) {
      if (v instanceof List && v.open) return undefined;
      return wrap(
        '[',
        ']',
        v.items.map(item => write(item, depth + 1)),
        depth,
      );
    }
    if (v instanceof Dict) {
      if (v.open) return undefined;
      let entries = [...v.entries.values()].map(([key, item]) => [toText(key), item] as const);
      if (sortKeys) entries = entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      const parts = entries.map(([key, item]) => {
        const text = write(item, depth + 1);
        return text === undefined ? undefined : `${quoteJson(key)}: ${text}`;
      });
      return wrap('{', '}', parts, depth);
    }
    return undefined;
  };
  const wrap = (
    open: string,
    close: string,
    parts: readonly (string | undefined)[],
    depth: number,
  ): string | undefined => {
    if (parts.some(part => part === undefined)) return undefined;
    if (indent === undefined || parts.length === 0) return open + parts.join(', ') + close;
    const inner = ' '.repeat(indent * (depth + 1));
    return `${open}\n${parts.map(part => inner + part).join(',\n')}\n${' '.repeat(indent * depth)}${close}`;
  };
  return write(value, 0);
}

function quoteJson(text: string): string {
  // json.dumps escapes what is not ASCII.
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, c =>
    c === UNKNOWN ? c : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
