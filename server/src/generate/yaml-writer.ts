/** Writes plain data as the YAML a person would write: block style, short lists of words in one line. */

import { decision, withoutMarks } from './decision.ts';

export type YamlValue =
  | string
  | number
  | boolean
  | null
  | readonly YamlValue[]
  | { readonly [key: string]: YamlValue | undefined };

const LINE_LENGTH = 100;

/** Keys whose value is `undefined` are left out. Ends in a line break. */
export function writeYaml(value: { readonly [key: string]: YamlValue | undefined }): string {
  const lines = mapLines(value, 0);
  return `${lines.length > 0 ? lines.join('\n') : '{}'}\n`;
}

/** Keys and values as lines below one another, the first as far in as the others. */
export function mapText(value: { readonly [key: string]: YamlValue | undefined }, indent: number): string {
  return mapLines(value, indent).join('\n');
}

/** An item of a block list with its dash. */
export function itemText(item: YamlValue, indent: number): string {
  return itemLines(item, indent).join('\n');
}

/** A value as it stands in brackets or braces. */
export function flowText(value: YamlValue): string {
  if (isList(value)) return `[${value.map(flowText).join(', ')}]`;
  if (!isMap(value)) return flowScalar(value);
  const entries = entriesOf(value).map(([key, each]) => `${flowScalar(key)}: ${flowText(each)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function mapLines(map: { readonly [key: string]: YamlValue | undefined }, indent: number): string[] {
  return entriesOf(map).flatMap(([key, value]) => entryLines(key, value, indent));
}

function entryLines(key: string, value: YamlValue, indent: number): string[] {
  const head = `${' '.repeat(indent)}${scalar(key)}:`;
  const inline = inlineValue(value, LINE_LENGTH - head.length);
  if (inline !== undefined) return [`${head} ${inline}`];
  return [head, ...blockLines(value, indent + 2)];
}

function blockLines(value: YamlValue, indent: number): string[] {
  if (isList(value)) return value.flatMap(item => itemLines(item, indent));
  return mapLines(value as { readonly [key: string]: YamlValue | undefined }, indent);
}

function itemLines(item: YamlValue, indent: number): string[] {
  const dash = `${' '.repeat(indent)}- `;
  const inline = isMap(item) && entriesOf(item).length > 0 ? undefined : inlineValue(item, Number.POSITIVE_INFINITY);
  if (inline !== undefined) return [dash + inline];
  const [first, ...rest] = blockLines(item, indent + 2);
  return [dash + (first ?? '').trimStart(), ...rest];
}

/** A scalar, or a list of scalars that fits into the room. */
function inlineValue(value: YamlValue, room: number): string | undefined {
  if (isList(value)) {
    if (value.some(item => isList(item) || isMap(item))) return undefined;
    const text = `[${value.map(item => flowScalar(item)).join(', ')}]`;
    return text.length <= room || value.length === 0 ? text : undefined;
  }
  if (isMap(value)) return entriesOf(value).length === 0 ? '{}' : undefined;
  return scalar(value);
}

function entriesOf(map: { readonly [key: string]: YamlValue | undefined }): [string, YamlValue][] {
  return Object.entries(map).filter((entry): entry is [string, YamlValue] => entry[1] !== undefined);
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function isMap(value: YamlValue): value is { readonly [key: string]: YamlValue | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const OTHER_THAN_TEXT =
  /^(?:~|null|true|false|yes|no|on|off|y|n|[-+]?[.0-9][-+.:_0-9a-fox]*|[-+]?\.(?:inf|nan)|\d{4}-\d\d?-\d\d?.*)$/i;

function scalar(value: YamlValue): string {
  if (typeof value !== 'string') return String(value);
  const { text, stops } = withoutMarks(value);
  if (stops.length > 0) {
    const written = scalar(text);
    // What is typed in its place stays between the quotes.
    return written.startsWith('"') ? `"${decision(written.slice(1, -1))}"` : decision(written);
  }
  const isPlain =
    /^[A-Za-z0-9_./(][^\n\r\t]*$/.test(value) &&
    !/: |\s#|:$|\s$|[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.test(value) &&
    !OTHER_THAN_TEXT.test(value);
  return isPlain ? value : JSON.stringify(value);
}

function flowScalar(value: YamlValue): string {
  if (typeof value !== 'string') return String(value);
  const written = scalar(value);
  return written === value && /[,[\]{}]/.test(value) ? JSON.stringify(value) : written;
}
