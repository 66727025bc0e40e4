/** Reading `meta.grainline`, and its form as a JSON Schema. What does not fit says nothing; the rule `unknown-meaning` tells people. */

import type { PlainValue } from '../syntax/jinja/expansion.ts';
import {
  COLUMN_KEYS,
  type ColumnMeta,
  type MeaningKey,
  type MeaningKeys,
  MODEL_KEYS,
  type ModelMeta,
} from './meaning-keys.ts';

export function readModelMeta(meta: { readonly [key: string]: PlainValue }): ModelMeta {
  return read(MODEL_KEYS, meta);
}

/** `meta` is the whole meta of the column. */
export function readColumnMeta(meta: { readonly [key: string]: PlainValue }): ColumnMeta | undefined {
  const own = meta['grainline'];
  return isMap(own) ? read(COLUMN_KEYS, own) : undefined;
}

function read<T>(keys: MeaningKeys, meta: { readonly [key: string]: PlainValue }): T {
  const found: Record<string, unknown> = {};
  for (const [key, definition] of Object.entries(keys)) {
    const value = Object.hasOwn(meta, key) ? fitting(definition, meta[key]) : undefined;
    if (value !== undefined) found[key] = value;
  }
  // Each value was held against the definition that the type is made of.
  return found as T;
}

function fitting(definition: MeaningKey, value: PlainValue): unknown {
  switch (definition.type) {
    case 'choice':
      return typeof value === 'string' && Object.hasOwn(definition.choices, value) ? value : undefined;
    case 'number':
      return typeof value === 'number' && Object.hasOwn(definition.choices, value) ? value : undefined;
    case 'flag':
      return typeof value === 'boolean' ? value : undefined;
    case 'name':
      return isName(value) ? value : undefined;
    case 'text':
      return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
    case 'names': {
      const names = Array.isArray(value) ? (value as readonly PlainValue[]) : [value];
      return names.length > 0 && names.every(isName) ? names : undefined;
    }
  }
}

/** Not what Jinja will make of it. */
function isName(value: PlainValue): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('{{');
}

function isMap(value: PlainValue): value is { readonly [key: string]: PlainValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/* ------------------------------------------------------------------- schema */

type Schema = { readonly [key: string]: unknown };

/** `meta.grainline` of a model, and of a column. */
export const MODEL_META_SCHEMA: Schema = objectSchema('What the model is, for Grainline.', MODEL_KEYS, false);
export const COLUMN_META_SCHEMA: Schema = objectSchema('What the column is, for Grainline.', COLUMN_KEYS, false);

/**
 * dbt's properties files as far as `meta.grainline` goes; everything else in them is let be. `#/definitions/model` and
 * `#/definitions/column` are for other schemas to refer to.
 */
export function propertiesMetaSchema(): Schema {
  const node = { $ref: '#/definitions/node' };
  const listOf = (items: Schema): Schema => ({ type: ['array', 'null'], items });
  const withMeta = (definition: string): Schema => {
    const meta = { type: ['object', 'null'], properties: { grainline: { $ref: `#/definitions/${definition}` } } };
    return { meta, config: { type: ['object', 'null'], properties: { meta } } };
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'meta.grainline in dbt properties',
    description: 'What models and columns mean: kind, grain, keys, history, measures.',
    type: ['object', 'null'],
    properties: {
      models: listOf(node),
      seeds: listOf(node),
      snapshots: listOf(node),
      sources: listOf({ type: 'object', properties: { tables: listOf(node) } }),
    },
    definitions: {
      node: {
        type: 'object',
        properties: { ...withMeta('model'), columns: listOf({ type: 'object', properties: withMeta('column') }) },
      },
      model: objectSchema('What the model is, for Grainline.', MODEL_KEYS, true),
      column: objectSchema('What the column is, for Grainline.', COLUMN_KEYS, true),
    },
  };
}

function objectSchema(description: string, keys: MeaningKeys, isForEditors: boolean): Schema {
  return {
    type: 'object',
    description,
    additionalProperties: false,
    patternProperties: { '^x[-_]': true },
    properties: Object.fromEntries(
      Object.entries(keys).map(([key, definition]) => [key, keySchema(definition, isForEditors)]),
    ),
  };
}

/** `isForEditors`: with what VS Code shows beside each choice, which validators do not know. */
function keySchema(definition: MeaningKey, isForEditors: boolean): Schema {
  const { description } = definition;
  switch (definition.type) {
    case 'choice':
    case 'number': {
      const values = Object.keys(definition.choices).map(one => (definition.type === 'number' ? Number(one) : one));
      const words = isForEditors ? { enumDescriptions: Object.values(definition.choices) } : {};
      return { description, enum: values, ...words };
    }
    case 'name':
      return { description, type: 'string' };
    case 'names':
      return { description, type: ['string', 'array'], items: { type: 'string' } };
    case 'text':
      return { description, type: ['string', 'number'] };
    case 'flag':
      return { description, type: 'boolean' };
  }
}
