/**
 * JSON Schema (draft 7) as far as our definitions use it. They are written so that every error has one place and one cause:
 * what a value may be depends on the type of the value or on a key beside it (`if` … `then`), never on which of several
 * whole shapes fits best.
 */

export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object' | 'null';

export interface Schema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $comment?: string;
  readonly $ref?: string;
  readonly title?: string;
  /** Also what hovers and completions show. */
  readonly description?: string;
  readonly type?: JsonType | readonly JsonType[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  /** VS Code strikes such keys through. */
  readonly deprecationMessage?: string;
  readonly properties?: { readonly [key: string]: Schema };
  readonly patternProperties?: { readonly [pattern: string]: Schema };
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly required?: readonly string[];
  /** Keys that a key needs beside it. */
  readonly dependencies?: { readonly [key: string]: readonly string[] };
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly allOf?: readonly Schema[];
  /** Only of schemas that name one required key each: exactly one of the keys must be there. */
  readonly oneOf?: readonly Schema[];
  readonly if?: Schema;
  readonly then?: Schema;
  readonly else?: Schema;
  readonly definitions?: { readonly [name: string]: Schema };
}

export const DRAFT_7 = 'http://json-schema.org/draft-07/schema#';

type More = Partial<Schema>;

export function text(description: string, more: More = {}): Schema {
  return { type: 'string', description, ...more };
}

export function flag(description: string, more: More = {}): Schema {
  return { type: 'boolean', description, ...more };
}

export function number(description: string, more: More = {}): Schema {
  return { type: 'number', description, ...more };
}

export function integer(description: string, more: More = {}): Schema {
  return { type: 'integer', description, ...more };
}

/** One of the words, and nothing else. */
export function choice(words: readonly unknown[], description: string, more: More = {}): Schema {
  return { enum: words, description, ...more };
}

export function texts(description: string, more: More = {}): Schema {
  return { type: 'array', description, items: { type: 'string' }, ...more };
}

export function list(items: Schema, description: string, more: More = {}): Schema {
  return { type: 'array', description, items, ...more };
}

/** A map that knows all its keys; those that begin with `x-` or `x_` are the author's own. */
export function closed(properties: { readonly [key: string]: Schema }, more: More = {}): Schema {
  return { type: 'object', additionalProperties: false, patternProperties: OWN_KEYS, properties, ...more };
}

/** A map that may hold more keys than those. */
export function open(properties: { readonly [key: string]: Schema }, more: More = {}): Schema {
  return { type: 'object', properties, ...more };
}

export function mapOf(values: Schema, description: string, more: More = {}): Schema {
  return { type: 'object', description, additionalProperties: values, ...more };
}

export function ref(definition: string): Schema {
  return { $ref: `#/definitions/${definition}` };
}

/** Where `key` has the value, `then` holds too. */
export function where(key: string, value: unknown, then: Schema): Schema {
  const condition: Schema = { required: [key], properties: { [key]: { const: value } } };
  return { if: condition, then };
}

export const ANYTHING: Schema = {};
export const OWN_KEYS: { readonly [pattern: string]: Schema } = { '^x[-_]': {} };
export const SCALAR: readonly JsonType[] = ['string', 'number', 'boolean', 'null'];
