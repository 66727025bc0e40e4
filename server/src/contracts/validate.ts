/** A YAML value against a JSON Schema: every place where it does not fit, at the key or value as written, in plain words. */

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { define, entryOf } from '../syntax/yaml/access.ts';
import type { YamlNode, YamlScalar } from '../syntax/yaml/tree.ts';
import { fits } from './fits.ts';
import { findingOf, missingKeys, type Place, type SchemaFinding, type ValidateOptions } from './schema-findings.ts';
import type { Schema } from './schemas/schema.ts';

/** More say nothing new. */
const MAX_FINDINGS = 200;

/**
 * Findings sorted by place, at most one for a span. Values that hold Jinja fit everywhere; null and empty text are unfinished,
 * not wrong. `schema` must be one constant object: it is compiled once, when a first document does not fit.
 */
export function validate(schema: Schema, root: YamlNode, options: ValidateOptions = {}): readonly SchemaFinding[] {
  if (fits(schema, root, schema, options.empty === undefined ? 'unfinished' : 'unknown')) return [];
  const check = compiled(schema);
  if (check(jsonOf(root))) return [];
  const findings = new Map<string, SchemaFinding>();
  const explained = new Set<string>();
  const errors = [...(check.errors ?? [])].sort((a, b) => rank(a) - rank(b));
  for (const error of errors) {
    const place = placeOf(root, error.instancePath);
    if (place === undefined) continue;
    const finding = findingOf(error, place, explained, options);
    if (finding === undefined) continue;
    const key = `${finding.span.start} ${finding.span.end}`;
    const isMissing = error.keyword === 'dependencies' || error.keyword === 'oneOf';
    // Of a value one thing is said; keys may be missing beside it.
    const id = finding.missing ? `${key} missing` : isMissing ? `${key} ${finding.message}` : key;
    const first = findings.get(id);
    if (!first) findings.set(id, finding);
    else if (first.missing && finding.missing && first.pointer === finding.pointer)
      findings.set(id, missingKeys([...new Set([...first.missing, ...finding.missing])], place));
    if (findings.size >= MAX_FINDINGS) break;
  }
  return [...findings.values()].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

const validators = new WeakMap<Schema, ValidateFunction>();

function compiled(schema: Schema): ValidateFunction {
  let check = validators.get(schema);
  if (check === undefined) {
    // The schemas are ours: nothing of a workspace is compiled.
    const ajv = new Ajv({
      allErrors: true,
      verbose: true,
      strict: true,
      strictTypes: false,
      strictRequired: false,
      allowUnionTypes: true,
      validateFormats: false,
    });
    ajv.addKeyword('deprecationMessage');
    check = ajv.compile(schema);
    validators.set(schema, check);
  }
  return check;
}

/** Unknown keys first: they can explain a key that is missing. Of one value, its type is the first thing to say. */
function rank({ keyword }: ErrorObject): number {
  return keyword === 'additionalProperties' ? 0 : keyword === 'type' ? 1 : keyword === 'required' ? 3 : 2;
}

/** Below a depth that no document has, nothing is said. */
const MAX_DEPTH = 200;

function jsonOf(node: YamlNode, depth = 0): unknown {
  if (node.kind === 'scalar') return node.value;
  if (depth > MAX_DEPTH) return null;
  if (node.kind === 'list') return node.items.map(item => jsonOf(item, depth + 1));
  const result: { [key: string]: unknown } = {};
  for (const { key, value } of node.entries) define(result, key.text, jsonOf(value, depth + 1));
  return result;
}

export function placeOf(root: YamlNode, pointer: string): Place | undefined {
  let node = root;
  let key: YamlScalar | undefined;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (node.kind === 'map') {
      const entry = entryOf(node, name);
      if (!entry) return undefined;
      node = entry.value;
      key = entry.key;
    } else if (node.kind === 'list') {
      const item = node.items[Number(name)];
      if (!item) return undefined;
      node = item;
    } else return undefined;
  }
  return { node, key, pointer };
}
