/** What can be typed at a place of a known document, and what the words there mean: from its schema. */

import { type Span, touches } from '../base/span.ts';
import { pathTo } from '../syntax/yaml/access.ts';
import type { YamlNode, YamlScalar } from '../syntax/yaml/tree.ts';
import { placeInText } from './place-in-text.ts';
import { schemasAt, within } from './schema-at.ts';
import type { Schema } from './schemas/schema.ts';

export interface SchemaCompletion {
  readonly kind: 'key' | 'value';
  readonly label: string;
  /** In place of `span`. */
  readonly text: string;
  readonly span: Span;
  /** Markdown. */
  readonly documentation?: string;
  readonly detail?: string;
  readonly isDeprecated?: true;
  /** Order among the others. */
  readonly order: number;
}

/** `root` is the document as far as the text is YAML already. */
export function completeFrom(
  schema: Schema,
  text: string,
  offset: number,
  root: YamlNode | undefined,
): readonly SchemaCompletion[] {
  const place = placeInText(text, offset);
  if (!place) return [];
  const { steps, typed, span, siblings, indent } = place;
  const own = mapOfSiblings(siblings);
  const here = schemasAt(schema, steps, root, offset, own);
  const isQuoted = /["']/.test(text[span.start - 1] ?? '');
  if (typed.kind === 'value') return valuesOf(within(here, typed.key, schema, undefined), span, isQuoted);
  const isFlow = /[[{][^\n]*$/.test(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset));
  const keys = keysOf(here, siblings).map(({ key, schemas, isRequired }, i): SchemaCompletion => {
    const description = describe(schemas);
    const isDeprecated = schemas.some(one => one.deprecationMessage !== undefined);
    return {
      kind: 'key',
      label: key,
      text: isFlow ? `${key}: ` : keyText(key, schemas, indent),
      span,
      ...(description ? { documentation: description } : {}),
      ...(isRequired ? { detail: 'required' } : {}),
      ...(isDeprecated ? { isDeprecated: true } : {}),
      order: (isDeprecated ? 2_000 : isRequired ? 0 : 1_000) + i,
    };
  });
  return typed.isItem ? [...keys, ...valuesOf(here, span)] : keys;
}

/* ----------------------------------------------------------------------- keys */

interface KnownKey {
  readonly key: string;
  readonly schemas: readonly Schema[];
  readonly isRequired: boolean;
}

function keysOf(schemas: readonly Schema[], present: ReadonlyMap<string, string>): readonly KnownKey[] {
  const found = new Map<string, Schema[]>();
  for (const { properties } of schemas) {
    for (const [key, schema] of Object.entries(properties ?? {})) {
      const list = found.get(key);
      if (list) list.push(schema);
      else found.set(key, [schema]);
    }
  }
  const closed = schemas.filter(schema => schema.additionalProperties === false && schema.properties);
  const required = new Set(schemas.flatMap(schema => schema.required ?? []));
  return [...found].flatMap(([key, list]) => {
    const isAllowed = closed.every(schema => Object.hasOwn(schema.properties ?? {}, key));
    return isAllowed && !present.has(key) ? [{ key, schemas: list, isRequired: required.has(key) }] : [];
  });
}

/** A key with what its value begins with. */
function keyText(key: string, schemas: readonly Schema[], indent: string): string {
  const types = new Set(schemas.flatMap(schema => [schema.type ?? []].flat()));
  const isOnly = (type: string): boolean =>
    types.has(type as never) && [...types].every(one => one === type || one === 'null');
  if (isOnly('object')) return `${key}:\n${indent}  `;
  if (isOnly('array')) {
    const items = schemas.flatMap(schema => (schema.items ? [schema.items] : []));
    const isOfTexts = items.length > 0 && items.every(item => item.type === 'string' && item.enum === undefined);
    return isOfTexts ? `${key}: []` : `${key}:\n${indent}  - `;
  }
  return `${key}: `;
}

/* --------------------------------------------------------------------- values */

function valuesOf(schemas: readonly Schema[], span: Span, isQuoted = false): readonly SchemaCompletion[] {
  const values = new Map<string, SchemaCompletion>();
  const add = (value: unknown, detail: string | undefined, order: number): void => {
    if (value === null || value === '' || typeof value === 'object') return;
    const text = isQuoted ? String(value) : yamlText(value);
    if (values.has(text)) return;
    const description = describe(schemas);
    values.set(text, {
      kind: 'value',
      label: text,
      text,
      span,
      ...(description ? { documentation: description } : {}),
      ...(detail ? { detail } : {}),
      order: order + values.size,
    });
  };
  for (const schema of schemas) {
    for (const value of schema.enum ?? []) add(value, undefined, 0);
    if ('const' in schema) add(schema.const, undefined, 0);
    if (schema.type === 'boolean') for (const value of [true, false]) add(value, undefined, 0);
    if (schema.default !== undefined) add(schema.default, 'default', 100);
    for (const value of schema.examples ?? []) add(value, 'example', 200);
  }
  return [...values.values()];
}

function yamlText(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  const isOther = /^(true|false|null|yes|no|on|off|~|[-+]?[\d.]+)$/i.test(value);
  return isOther || /^[\s#&*!|>%@`"'[\]{},?:-]|: |\s#|\s$/.test(value) ? `"${value.replaceAll('"', '\\"')}"` : value;
}

/** The keys beside the cursor as a map, for conditions. */
function mapOfSiblings(siblings: ReadonlyMap<string, string>): YamlNode {
  const at = { start: 0, end: 0 };
  const scalar = (text: string): YamlScalar => ({
    kind: 'scalar',
    value: text === 'true' ? true : text === 'false' ? false : text,
    text,
    style: 'plain',
    hasJinja: /\{[{%]/.test(text),
    span: at,
  });
  const entries = [...siblings].map(([key, value]) => ({ key: scalar(key), value: scalar(value), end: 0 }));
  return { kind: 'map', flow: false, span: at, entries };
}

/* ---------------------------------------------------------------------- hover */

export interface Described {
  readonly span: Span;
  /** Markdown. */
  readonly markdown: string;
}

/** What the key, or the value of a key, at the offset means. */
export function describeFrom(schema: Schema, root: YamlNode, offset: number): Described | undefined {
  const path = pathTo(root, offset);
  const last = path.at(-1);
  if (!last) return undefined;
  const steps = path.map(step => ('key' in step ? step.key : '[]'));
  const entry = 'entry' in last ? last.entry : undefined;
  const span =
    entry && touches(entry.key.span, offset)
      ? entry.key.span
      : last.node.kind === 'scalar'
        ? last.node.span
        : undefined;
  if (!span) return undefined;
  const schemas = schemasAt(schema, steps, root, offset);
  const words = describe(schemas);
  const name = [...steps].reverse().find(step => step !== '[]');
  if (!words || name === undefined) return undefined;
  const choices = [...new Set(schemas.flatMap(one => one.enum ?? []))].filter(one => one !== '' && one !== null);
  const types = [...new Set(schemas.flatMap(one => [one.type ?? []].flat()))].filter(type => type !== 'null');
  const fallback = schemas.find(one => one.default !== undefined)?.default;
  const parts = [
    `**${name}**${types.length > 0 ? ` · ${types.map(type => TYPE_WORDS[type] ?? type).join(' or ')}` : ''}`,
    words,
    ...(choices.length > 0 ? [`One of ${choices.map(one => `\`${String(one)}\``).join(', ')}.`] : []),
    ...(fallback !== undefined ? [`By default \`${String(fallback)}\`.`] : []),
    ...(schema.title ? [`*${schema.title}*`] : []),
  ];
  return { span, markdown: parts.join('\n\n') };
}

function describe(schemas: readonly Schema[]): string | undefined {
  const words = schemas.flatMap(schema => [schema.description ?? [], schema.deprecationMessage ?? []].flat());
  return words.length === 0 ? undefined : [...new Set(words)].join(' ');
}

const TYPE_WORDS: { readonly [type: string]: string } = {
  string: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: 'true or false',
  array: 'list',
  object: 'map',
};
