/** The schemas as other tools are given them: those look at the text of a value alone, and ask for one where ours waits for it. */

import type { Schema } from './schemas/schema.ts';
import type { SchemaFile } from './schemas.ts';

/** The standards ask for values too; dbt renders Jinja before it looks. */
export function published({ name, schema }: SchemaFile): object {
  if (/^(odcs|data-contract)/.test(name)) return schema;
  const lenient = withEmpty(schema);
  if (!name.startsWith('dbt-')) return lenient;
  const rendered = withJinja(lenient) as Schema;
  const all = { ...rendered, definitions: { ...rendered.definitions, Jinja: JINJA } };
  return name === 'dbt-properties' ? ifListed(all, listsOf(schema)) : all;
}

function withEmpty(schema: Schema): Schema {
  const changed: { [key: string]: unknown } = { ...eachPart(schema, withEmpty) };
  if (schema.type !== undefined) changed['type'] = [...new Set([schema.type, 'null'].flat())];
  if (schema.enum) changed['enum'] = [...new Set([...schema.enum, '', null])];
  return changed;
}

/** Where text does not fit, text with Jinja does. Maps with keys of their own are written out. */
function withJinja(schema: Schema): object {
  const changed = eachPart(schema, withJinja);
  const types = [schema.type ?? []].flat();
  const isOpen = types.length === 0 || types.includes('string') || (types.includes('object') && schema.properties);
  if (schema.enum === undefined && isOpen) return changed;
  const { description, ...rest } = changed as Schema;
  return { ...(description === undefined ? {} : { description }), anyOf: [rest, { $ref: '#/definitions/Jinja' }] };
}

const JINJA: Schema = { type: 'string', pattern: '\\{[{%]' };

/** The schema with each schema within it changed. */
function eachPart(schema: Schema, change: (part: Schema) => object): object {
  const changed: { [key: string]: unknown } = {};
  for (const [key, part] of Object.entries(schema) as [string, unknown][]) {
    if (MAPS_OF_SCHEMAS.has(key))
      changed[key] = Object.fromEntries(Object.entries(part as object).map(([name, one]) => [name, change(one)]));
    else if (key === 'allOf') changed[key] = (part as readonly Schema[]).map(change);
    else if (SCHEMAS_IN_SCHEMAS.has(key) && typeof part === 'object') changed[key] = change(part as Schema);
    else changed[key] = part;
  }
  return changed;
}

const MAPS_OF_SCHEMAS: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'definitions']);
/** `if` is none of them: it decides by what is written. */
const SCHEMAS_IN_SCHEMAS: ReadonlySet<string> = new Set(['items', 'additionalProperties', 'then', 'else']);

/**
 * A file that lists named models, sources … is a properties file, whatever its name; any other is not judged: contracts may lie
 * beside the models, and other programs have folders of that name.
 */
function ifListed({ properties = {}, definitions, type, ...head }: Schema, lists: readonly string[]): object {
  return {
    ...head,
    // What can be written in an empty file.
    properties: Object.fromEntries(
      Object.entries(properties).map(([key, { description }]) => [
        key,
        description === undefined ? {} : { description },
      ]),
    ),
    if: { anyOf: lists.map(key => ({ required: [key], properties: { [key]: LIST_OF_NAMED } })) },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { $ref: '#/definitions/Properties' },
    definitions: { ...definitions, Properties: { type, properties } },
  };
}

function listsOf({ properties = {} }: Schema): readonly string[] {
  return Object.keys(properties).filter(key => properties[key]?.type === 'array');
}

const LIST_OF_NAMED = { type: 'array', contains: { type: 'object', required: ['name'] } };
