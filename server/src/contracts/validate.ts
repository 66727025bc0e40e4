/** A YAML value against a JSON Schema: every place where it does not fit, at the key or value as written, in plain words. */

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { nearest } from '../base/nearest.ts';
import type { Span } from '../base/span.ts';
import { define, entryOf } from '../syntax/yaml/access.ts';
import type { YamlMap, YamlNode, YamlScalar } from '../syntax/yaml/tree.ts';

export interface SchemaFinding {
  readonly message: string;
  readonly span: Span;
  /** Text that would be right in place of the span. */
  readonly replacement?: string;
}

export interface ValidateOptions {
  /** Words people write for a key: `name` for `column`. A word for a key that is missing is reported as that, once. */
  readonly synonyms?: { readonly [written: string]: string };
}

/** More say nothing new. */
const MAX_FINDINGS = 200;

/**
 * Findings sorted by place. Values that hold Jinja fit everywhere; null and empty text are unfinished, not wrong. `schema`
 * must be one constant object: it is compiled once.
 */
export function validate(schema: object, root: YamlNode, options: ValidateOptions = {}): readonly SchemaFinding[] {
  const check = compiled(schema);
  if (check(jsonOf(root))) return [];
  const findings: SchemaFinding[] = [];
  const explained = new Set<string>();
  const errors = [...(check.errors ?? [])].sort((a, b) => rank(a) - rank(b));
  for (const error of errors) {
    const place = placeOf(root, error.instancePath);
    if (place === undefined) continue;
    const finding = findingOf(error, place, explained, options.synonyms ?? {});
    if (finding) findings.push(finding);
    if (findings.length >= MAX_FINDINGS) break;
  }
  return findings.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

const validators = new WeakMap<object, ValidateFunction>();

function compiled(schema: object): ValidateFunction {
  let check = validators.get(schema);
  if (check === undefined) {
    // The schemas are ours: nothing of a workspace is compiled.
    check = new Ajv({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true }).compile(schema);
    validators.set(schema, check);
  }
  return check;
}

/** Unknown keys first: they can explain a key that is missing. */
function rank(error: ErrorObject): number {
  return error.keyword === 'additionalProperties' ? 0 : 1;
}

function jsonOf(node: YamlNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(jsonOf);
  const result: { [key: string]: unknown } = {};
  const last = new Map(node.entries.map(entry => [entry.key.text, entry.value]));
  for (const [key, value] of last) define(result, key, jsonOf(value));
  return result;
}

interface Place {
  readonly node: YamlNode;
  /** The key it stands under; of a list's item the list's key. */
  readonly key: YamlScalar | undefined;
  readonly pointer: string;
}

function placeOf(root: YamlNode, pointer: string): Place | undefined {
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

function findingOf(
  error: ErrorObject,
  place: Place,
  explained: Set<string>,
  synonyms: { readonly [written: string]: string },
): SchemaFinding | undefined {
  const { node } = place;
  if (node.kind === 'scalar' && (node.hasJinja || node.value === null || node.text === '')) return undefined;
  const { params } = error as { params: { readonly [name: string]: unknown } };
  switch (error.keyword) {
    case 'required':
      return missingKey(String(params['missingProperty']), place, error, explained);
    case 'additionalProperties':
      return node.kind === 'map'
        ? unknownKey(String(params['additionalProperty']), node, place, error, explained, synonyms)
        : undefined;
    case 'enum':
    case 'const':
      return wrongChoice(node, place, choicesOf(error));
    case 'type':
      return misfit(place, `must be ${typesInWords(params['type'])}`);
    case 'minimum':
    case 'exclusiveMinimum':
      return misfit(place, `must be at least ${params['limit']}`);
    case 'maximum':
    case 'exclusiveMaximum':
      return misfit(place, `must be at most ${params['limit']}`);
    case 'minItems':
      return misfit(place, `needs at least ${params['limit']} entries`);
    case 'if':
    case 'anyOf':
    case 'oneOf':
    case 'allOf':
    case 'not':
      // What is wrong inside is reported by its own keyword.
      return undefined;
    default:
      return misfit(place, error.message ?? 'does not fit');
  }
}

function missingKey(
  missing: string,
  place: Place,
  error: ErrorObject,
  explained: Set<string>,
): SchemaFinding | undefined {
  if (explained.has(`${place.pointer}/${missing}`)) return undefined;
  const known = new Set(propertiesOf(error));
  const entries = place.node.kind === 'map' ? place.node.entries.filter(entry => !known.has(entry.key.text)) : [];
  const misspelt = nearest(
    missing,
    entries.map(entry => entry.key.text),
  );
  const key = entries.find(entry => entry.key.text === misspelt)?.key;
  if (key) {
    return {
      message: `'${key.text}' is no key here; did you mean '${missing}'?`,
      span: key.span,
      replacement: asWritten(missing, key),
    };
  }
  if (isItem(place)) return { message: `An entry of '${place.key?.text}' needs '${missing}'.`, span: headSpan(place) };
  return { message: `'${missing}' is missing${place.key ? ` in '${place.key.text}'` : ''}.`, span: headSpan(place) };
}

function unknownKey(
  unknown: string,
  map: YamlMap,
  place: Place,
  error: ErrorObject,
  explained: Set<string>,
  synonyms: { readonly [written: string]: string },
): SchemaFinding | undefined {
  const entry = entryOf(map, unknown);
  if (!entry || entry.key.hasJinja) return undefined;
  const known = propertiesOf(error);
  const absent = known.filter(key => entryOf(map, key) === undefined);
  const synonym = synonyms[unknown.toLowerCase()];
  const meant = synonym !== undefined && absent.includes(synonym) ? synonym : nearest(unknown, absent);
  const span = entry.key.span;
  if (meant === undefined) {
    const list = known.length <= 8 ? ` Known are: ${known.join(', ')}.` : '';
    return { message: `'${unknown}' is no key ${place.key ? `of '${place.key.text}'` : 'here'}.${list}`, span };
  }
  explained.add(`${place.pointer}/${meant}`);
  return {
    message: `'${unknown}' is no key here; did you mean '${meant}'?`,
    span,
    replacement: asWritten(meant, entry.key),
  };
}

function propertiesOf(error: ErrorObject): readonly string[] {
  return Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {});
}

function choicesOf(error: ErrorObject): readonly unknown[] {
  const { params } = error as { params: { readonly allowedValues?: unknown; readonly allowedValue?: unknown } };
  return Array.isArray(params.allowedValues) ? params.allowedValues : [params.allowedValue];
}

function wrongChoice(node: YamlNode, place: Place, choices: readonly unknown[]): SchemaFinding {
  const list = choices.map(String);
  const expected = list.length === 1 ? list[0]! : `one of ${list.join(', ')}`;
  if (node.kind !== 'scalar') return misfit(place, `must be ${expected}`);
  const meant = nearest(node.text, list, 3);
  const message = `'${shorten(node.text)}' is not ${expected}${meant === undefined ? '.' : `; did you mean '${meant}'?`}`;
  return { message, span: node.span, ...(meant === undefined ? {} : { replacement: asWritten(meant, node) }) };
}

/** In the quotes of what it replaces. */
function asWritten(meant: string, scalar: YamlScalar): string {
  if (scalar.style === 'double') return `"${meant}"`;
  return scalar.style === 'single' ? `'${meant}'` : meant;
}

/** A scalar is pointed at whole; a map or list by the key that names it. */
function misfit(place: Place, demand: string): SchemaFinding {
  const { node, key } = place;
  const subject = key ? (isItem(place) ? `An entry of '${key.text}'` : `'${key.text}'`) : 'This';
  const written = node.kind === 'scalar' ? `, not '${shorten(node.text)}'` : '';
  return { message: `${subject} ${demand}${written}.`, span: node.kind === 'scalar' ? node.span : headSpan(place) };
}

function isItem({ pointer }: Place): boolean {
  return /\/\d+$/.test(pointer);
}

function shorten(text: string): string {
  const line = text.split('\n')[0]!;
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}

/** The key of the value; of a list's item, which has none, its first key. */
function headSpan(place: Place): Span {
  const { node, key } = place;
  if (key && !(isItem(place) && node.kind !== 'scalar')) return key.span;
  if (node.kind === 'map' && node.entries[0]) return node.entries[0].key.span;
  if (node.kind === 'scalar') return node.span;
  return { start: node.span.start, end: Math.min(node.span.end, node.span.start + 1) };
}

function typesInWords(types: unknown): string {
  const words = (Array.isArray(types) ? types : String(types).split(',')).map(
    type => TYPE_WORDS[String(type)] ?? String(type),
  );
  return words.join(' or ');
}

const TYPE_WORDS: { readonly [type: string]: string } = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  null: 'empty',
};
