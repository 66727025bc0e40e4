/**
 * Whether a YAML value fits a schema of ours, in one pass and without making anything: for the many documents with nothing
 * wrong. What is wrong with the others, and where, is for `validate` to say.
 */

import { entryOf, hasRepeatedKey } from '../syntax/yaml/access.ts';
import type { YamlMap, YamlNode, YamlScalar } from '../syntax/yaml/tree.ts';
import type { JsonType, Schema } from './schemas/schema.ts';

/**
 * What fits everywhere: `unfinished`: Jinja, null and empty text · `unknown`: Jinja and empty text · `nothing`: all of them are
 * values like others, as conditions see them.
 */
export type Leniency = 'unfinished' | 'unknown' | 'nothing';

const MAX_DEPTH = 200;

export function fits(schema: Schema, node: YamlNode, root: Schema, leniency: Leniency, depth = 0): boolean {
  if (depth > MAX_DEPTH) return true;
  const here = resolved(schema, root);
  if (here === undefined) return true;
  if (node.kind === 'scalar' && isExcused(node, leniency)) return true;
  if (here.type !== undefined && !hasType(node, here.type)) return false;
  if (here.enum && !isOneOf(here.enum, node)) return false;
  if ('const' in here && !isValue(node, here.const)) return false;
  const isRight =
    node.kind === 'scalar'
      ? scalarFits(here, node)
      : node.kind === 'map'
        ? mapFits(here, node, root, leniency, depth)
        : listFits(here, node.items, root, leniency, depth);
  if (!isRight) return false;
  if (here.allOf?.some(part => !fits(part, node, root, leniency, depth + 1))) return false;
  if (here.oneOf && here.oneOf.filter(part => fits(part, node, root, leniency, depth + 1)).length !== 1) return false;
  if (here.if) {
    const branch = holds(here.if, node, root) ? here.then : here.else;
    if (branch && !fits(branch, node, root, leniency, depth + 1)) return false;
  }
  return true;
}

/** Whether a condition holds: of what is written, Jinja and nothing included. */
export function holds(condition: Schema, node: YamlNode, root: Schema): boolean {
  return fits(condition, node, root, 'nothing');
}

/** What `$ref` names; `undefined` for a file of its own. */
export function resolved(schema: Schema, root: Schema): Schema | undefined {
  let here: Schema | undefined = schema;
  for (let i = 0; here?.$ref !== undefined && i < 10; i++) here = definitionsOf(root).get(here.$ref);
  return here;
}

const definitions = new WeakMap<Schema, ReadonlyMap<string, Schema>>();

/** By the `$ref` that names each. */
function definitionsOf(root: Schema): ReadonlyMap<string, Schema> {
  if (root === latest?.root) return latest.found;
  let found = definitions.get(root);
  if (found === undefined) {
    found = new Map(Object.entries(root.definitions ?? {}).map(([name, one]) => [`#/definitions/${name}`, one]));
    definitions.set(root, found);
  }
  latest = { root, found };
  return found;
}

/** Every value of a document asks for the same. */
let latest: { readonly root: Schema; readonly found: ReadonlyMap<string, Schema> } | undefined;

function isExcused(node: YamlScalar, leniency: Leniency): boolean {
  if (leniency === 'nothing') return false;
  return node.hasJinja || (node.value === null ? leniency === 'unfinished' : node.text === '');
}

function hasType(node: YamlNode, types: JsonType | readonly JsonType[]): boolean {
  if (typeof types === 'string') return isType(node, types);
  for (const type of types) if (isType(node, type)) return true;
  return false;
}

function isType(node: YamlNode, type: JsonType): boolean {
  switch (type) {
    case 'object':
      return node.kind === 'map';
    case 'array':
      return node.kind === 'list';
    case 'integer':
      return node.kind === 'scalar' && Number.isInteger(node.value);
    case 'null':
      return node.kind === 'scalar' && node.value === null;
    default:
      return node.kind === 'scalar' && typeof node.value === type;
  }
}

function isValue(node: YamlNode, value: unknown): boolean {
  return node.kind === 'scalar' && node.value === value;
}

function isOneOf(values: readonly unknown[], node: YamlNode): boolean {
  return node.kind === 'scalar' && values.includes(node.value);
}

function scalarFits(schema: Schema, { value }: YamlScalar): boolean {
  if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum) return false;
    if (schema.maximum !== undefined && value > schema.maximum) return false;
    return schema.exclusiveMinimum === undefined || value > schema.exclusiveMinimum;
  }
  if (typeof value !== 'string') return true;
  if (schema.minLength !== undefined && value.length < schema.minLength) return false;
  return schema.pattern === undefined || compiled(schema.pattern).test(value);
}

const patterns = new Map<string, RegExp>();

/** Patterns are those of our schemas. */
function compiled(pattern: string): RegExp {
  let found = patterns.get(pattern);
  if (found === undefined) {
    found = new RegExp(pattern, 'u');
    patterns.set(pattern, found);
  }
  return found;
}

function mapFits(schema: Schema, map: YamlMap, root: Schema, leniency: Leniency, depth: number): boolean {
  for (const key of schema.required ?? NO_KEYS) if (!entryOf(map, key)) return false;
  const { properties, patternProperties, additionalProperties, dependencies } = schema;
  for (const key in dependencies)
    if (entryOf(map, key) && dependencies[key]?.some(other => !entryOf(map, other))) return false;
  if (!properties && !patternProperties && additionalProperties === undefined) return true;
  for (const { key, value } of lastEntries(map)) {
    const own = properties && Object.hasOwn(properties, key.text) ? properties[key.text] : undefined;
    const part = own ?? (patternProperties && byPattern(patternProperties, key.text)) ?? additionalProperties;
    if (part === false && !key.hasJinja) return false;
    if (typeof part === 'object' && !fits(part, value, root, leniency, depth + 1)) return false;
  }
  return true;
}

const NO_KEYS: readonly string[] = [];

function byPattern(schemas: { readonly [pattern: string]: Schema }, key: string): Schema | undefined {
  for (const pattern in schemas) if (compiled(pattern).test(key)) return schemas[pattern];
  return undefined;
}

/** Of a key that stands twice the last counts. */
function lastEntries(map: YamlMap): YamlMap['entries'] {
  if (!hasRepeatedKey(map)) return map.entries;
  return [...new Map(map.entries.map(entry => [entry.key.text, entry])).values()];
}

function listFits(
  schema: Schema,
  items: readonly YamlNode[],
  root: Schema,
  leniency: Leniency,
  depth: number,
): boolean {
  if (schema.minItems !== undefined && items.length < schema.minItems) return false;
  if (schema.maxItems !== undefined && items.length > schema.maxItems) return false;
  if (schema.uniqueItems) {
    const values = items.map(item => (item.kind === 'scalar' ? item.value : item));
    if (new Set(values).size !== values.length) return false;
  }
  const { items: each } = schema;
  if (each !== undefined) for (const item of items) if (!fits(each, item, root, leniency, depth + 1)) return false;
  return true;
}
