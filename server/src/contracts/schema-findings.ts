/** What a schema's error says to people, and where: at the key or value as written. */

import type { ErrorObject } from 'ajv';
import { nearest } from '../base/nearest.ts';
import type { Span } from '../base/span.ts';
import { entryOf } from '../syntax/yaml/access.ts';
import type { YamlMap, YamlNode, YamlScalar } from '../syntax/yaml/tree.ts';

export interface SchemaFinding {
  readonly message: string;
  readonly span: Span;
  /** Text that would be right in place of the span. */
  readonly replacement?: string;
  /** The key is no key here. */
  readonly isUnknownKey?: true;
  /** Nothing stands where something must. */
  readonly isEmpty?: true;
  /** Worth less than an error. */
  readonly severity?: 'warning' | 'info';
  /** What the replacement stands in place of, where that is more than the span. */
  readonly replaced?: Span;
  /** Where in the document, as a JSON Pointer: what is judged. */
  readonly pointer?: string;
  /** What it is about, in the words of the document. */
  readonly about?: string;
  /** Keys that are missing at one place, said together. */
  readonly missing?: readonly string[];
}

export interface ValidateOptions {
  /** Words people write for a key: `name` for `column`. A word for a key that is missing is reported as that, once. */
  readonly synonyms?: { readonly [written: string]: string };
  /** Other tools refuse a key without a value, or say so at least. */
  readonly empty?: 'warning' | 'info';
}

export interface Place {
  readonly node: YamlNode;
  /** The key it stands under; of a list's item the list's key. */
  readonly key: YamlScalar | undefined;
  readonly pointer: string;
}

export function findingOf(
  error: ErrorObject,
  place: Place,
  explained: Set<string>,
  options: ValidateOptions,
): SchemaFinding | undefined {
  const finding = described(error, place, explained, options);
  return finding && { pointer: place.pointer, about: aboutOf(error, place), ...finding };
}

/** A value that is none of some words is known by itself, any other by its key. */
function aboutOf({ keyword }: ErrorObject, { node, key }: Place): string {
  const isWord = keyword === 'enum' || keyword === 'const' || !key;
  return `'${isWord && node.kind === 'scalar' ? shorten(node.text) : (key?.text ?? '')}'`;
}

function described(
  error: ErrorObject,
  place: Place,
  explained: Set<string>,
  { synonyms = {}, empty }: ValidateOptions,
): SchemaFinding | undefined {
  const { node, key } = place;
  const isOfKind = error.keyword === 'type' || error.keyword === 'enum' || error.keyword === 'const';
  if (node.kind === 'scalar' && node.value === null && empty !== undefined && isOfKind && key) {
    const message = `'${key.text}' is empty, which tools that read this standard refuse. Fill it in, or remove the key.`;
    return { message, span: key.span, severity: empty, isEmpty: true, about: `'${key.text}'` };
  }
  if (node.kind === 'scalar' && (node.hasJinja || node.value === null || node.text === '')) return undefined;
  const params = error.params as { readonly [name: string]: unknown };
  const limit = params['limit'];
  switch (error.keyword) {
    case 'required':
      return missingKey(String(params['missingProperty']), place, error, explained);
    case 'dependencies':
      return dependentKey(String(params['property']), String(params['missingProperty']), place);
    case 'additionalProperties':
      return node.kind === 'map'
        ? unknownKey(String(params['additionalProperty']), node, place, error, explained, synonyms)
        : undefined;
    case 'enum':
    case 'const':
      return wrongChoice(node, place, choicesOf(error));
    case 'type':
      return misfit(place, `must be ${typesInWords(params['type'])}`, retyped(node, params['type']));
    case 'minimum':
      return misfit(place, `must be at least ${limit}`);
    case 'exclusiveMinimum':
      return misfit(place, `must be greater than ${limit}`);
    case 'maximum':
      return misfit(place, `must be at most ${limit}`);
    case 'minItems':
      return misfit(place, `needs at least ${limit} ${limit === 1 ? 'entry' : 'entries'}`);
    case 'maxItems':
      return misfit(place, `has room for ${limit} ${limit === 1 ? 'entry' : 'entries'} only`);
    case 'uniqueItems':
      return doubledItem(node, place, Number(params['i']));
    case 'pattern':
      return misfit(place, exampleOf(error));
    case 'oneOf':
      return oneKeyOf(error, place);
    case 'if':
    case 'allOf':
      // What is wrong inside is reported by its own keyword.
      return undefined;
    default:
      return misfit(place, error.message ?? 'does not fit');
  }
}

/* ----------------------------------------------------------------------- keys */

function missingKey(
  missing: string,
  place: Place,
  error: ErrorObject,
  explained: Set<string>,
): SchemaFinding | undefined {
  if (explained.has(`${place.pointer}/${missing}`)) return undefined;
  // One of several that may be missing is said by the keyword that asks for one of them.
  if (/\/oneOf\/\d+\/required$/.test(error.schemaPath)) return undefined;
  const known = new Set(propertiesOf(error));
  const entries =
    place.node.kind === 'map' && known.size > 0
      ? place.node.entries.filter(entry => !known.has(entry.key.text) && !entry.key.hasJinja)
      : [];
  const misspelt = nearest(
    missing,
    entries.map(entry => entry.key.text),
  );
  const key = entries.find(entry => entry.key.text === misspelt)?.key;
  if (key) {
    explained.add(`${place.pointer}/${missing}`);
    return {
      message: `'${key.text}' is no key here; did you mean '${missing}'?`,
      span: key.span,
      replacement: asWritten(missing, key),
      isUnknownKey: true,
    };
  }
  return missingKeys([missing], place);
}

/** All that is missing at one place is one thing to say. */
export function missingKeys(missing: readonly string[], place: Place): SchemaFinding {
  const { key, pointer } = place;
  const names = enumerated(missing.map(name => `'${name}'`));
  const message = isItem(place)
    ? `An entry of '${key?.text}' needs ${names}.`
    : `${names} ${missing.length === 1 ? 'is' : 'are'} missing${key ? ` in '${key.text}'` : ''}.`;
  const about = `${key ? `'${key.text}'` : 'a contract'} without ${names}`;
  return { message, span: headSpan(place), missing, pointer, about };
}

export function enumerated(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function dependentKey(key: string, missing: string, place: Place): SchemaFinding | undefined {
  const entry = entryOf(place.node, key);
  return entry && { message: `'${key}' needs '${missing}' beside it.`, span: entry.key.span };
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
  // Keys of one's own, and a merge that was refused.
  if (!entry || entry.key.hasJinja || /^x[-_]/.test(unknown) || unknown === '<<') return undefined;
  const known = propertiesOf(error);
  const absent = known.filter(key => entryOf(map, key) === undefined);
  const synonym = synonyms[unknown.toLowerCase()];
  const meant = synonym !== undefined && absent.includes(synonym) ? synonym : nearestKey(unknown, absent);
  const at = {
    span: entry.key.span,
    pointer: below(place, unknown),
    about: `'${unknown}'`,
    isUnknownKey: true,
  } as const;
  if (meant === undefined) {
    const list = known.length <= 8 ? ` Known are: ${known.join(', ')}.` : '';
    return { ...at, message: `'${unknown}' is no key ${ownerOf(place)}.${list}` };
  }
  explained.add(`${place.pointer}/${meant}`);
  return {
    ...at,
    message: `'${unknown}' is no key here; did you mean '${meant}'?`,
    replacement: asWritten(meant, entry.key),
  };
}

function below({ pointer }: Place, key: string): string {
  return `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function ownerOf(place: Place): string {
  if (!place.key) return 'here';
  return isItem(place) ? `of an entry of '${place.key.text}'` : `of '${place.key.text}'`;
}

/** `data_type` is `dataType` to people, whatever a measure of letters says. */
function nearestKey(written: string, known: readonly string[]): string | undefined {
  const letters = (word: string) => word.replace(/[-_]/g, '').toLowerCase();
  return known.find(key => letters(key) === letters(written)) ?? nearest(written, known);
}

function propertiesOf(error: ErrorObject): readonly string[] {
  return Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {});
}

/** A schema asks for just one of several keys. */
function oneKeyOf(error: ErrorObject, place: Place): SchemaFinding | undefined {
  const branches = error.schema as readonly { readonly required?: readonly string[] }[];
  const keys = branches.flatMap(branch => branch.required?.[0] ?? []);
  if (keys.length !== branches.length) return undefined;
  const present = keys.map(key => entryOf(place.node, key)).filter(entry => entry !== undefined);
  const [first, second] = present;
  if (first && second) {
    return { message: `'${first.key.text}' and '${second.key.text}' exclude each other.`, span: second.key.span };
  }
  return { message: `One of ${keys.join(', ')} is missing.`, span: headSpan(place) };
}

/* --------------------------------------------------------------------- values */

function choicesOf(error: ErrorObject): readonly unknown[] {
  const params = error.params as { readonly allowedValues?: unknown; readonly allowedValue?: unknown };
  return Array.isArray(params.allowedValues) ? params.allowedValues : [params.allowedValue];
}

function wrongChoice(node: YamlNode, place: Place, choices: readonly unknown[]): SchemaFinding {
  const list = choices.map(String);
  const shown = list.length > 16 ? [...list.slice(0, 15), '…'] : list;
  const expected = list.length === 1 ? list[0]! : `one of ${shown.join(', ')}`;
  if (node.kind !== 'scalar') return misfit(place, `must be ${expected}`);
  const same = list.find(one => one.toLowerCase() === node.text.toLowerCase());
  const meant = same ?? nearest(node.text, list, node.text.length < 4 ? 1 : 3);
  const message = `'${shorten(node.text)}' is not ${expected}${meant === undefined ? '.' : `; did you mean '${meant}'?`}`;
  return { message, span: node.span, ...(meant === undefined ? {} : { replacement: asWritten(meant, node) }) };
}

/** The same value as the type asked for, where only its spelling makes it another. */
function retyped(node: YamlNode, types: unknown): string | undefined {
  if (node.kind !== 'scalar' || node.style === 'block') return undefined;
  const wanted = Array.isArray(types) ? types.map(String) : String(types).split(',');
  const text = node.text.trim();
  if (wanted.includes('string') && typeof node.value !== 'string') return `"${text}"`;
  if (wanted.includes('boolean') && /^(true|yes|on|y)$/i.test(text)) return 'true';
  if (wanted.includes('boolean') && /^(false|no|off|n)$/i.test(text)) return 'false';
  if (wanted.includes('integer') && /^-?\d+$/.test(text) && node.style !== 'plain') return text;
  if (wanted.includes('number') && /^-?\d+(\.\d+)?$/.test(text) && node.style !== 'plain') return text;
  return undefined;
}

function doubledItem(node: YamlNode, place: Place, index: number): SchemaFinding | undefined {
  const item = node.kind === 'list' ? node.items[index] : undefined;
  if (!item) return undefined;
  const what = item.kind === 'scalar' ? `'${shorten(item.text)}'` : 'The same entry';
  return { message: `${what} stands twice in '${place.key?.text ?? 'this list'}'.`, span: item.span };
}

function exampleOf(error: ErrorObject): string {
  const [example] = (error.parentSchema as { examples?: readonly unknown[] } | undefined)?.examples ?? [];
  if (example !== undefined) return `must look like '${String(example)}'`;
  return `must fit the pattern ${String((error.params as { pattern?: unknown }).pattern)}`;
}

/** In the quotes of what it replaces. */
function asWritten(meant: string, scalar: YamlScalar): string {
  if (scalar.style === 'double') return `"${meant}"`;
  return scalar.style === 'single' ? `'${meant}'` : meant;
}

/** A scalar is pointed at whole; a map or list by the key that names it. */
function misfit(place: Place, demand: string, replacement?: string): SchemaFinding {
  const { node, key } = place;
  const subject = key ? (isItem(place) ? `An entry of '${key.text}'` : `'${key.text}'`) : 'This';
  const written = node.kind === 'scalar' ? `, not '${shorten(node.text)}'` : '';
  return {
    message: `${subject} ${demand}${written}.`,
    span: node.kind === 'scalar' ? node.span : headSpan(place),
    ...(replacement === undefined ? {} : { replacement }),
  };
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
  const words = (Array.isArray(types) ? types : String(types).split(','))
    .filter((type, _, all) => type !== 'null' || all.length === 1)
    .map(type => TYPE_WORDS[String(type)] ?? String(type));
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

/** Many empty keys are a template that somebody is about to fill in, which is one thing to say. */
export function withoutBlanks(found: readonly SchemaFinding[]): readonly SchemaFinding[] {
  const blanks = found.filter(one => one.isEmpty);
  const [first] = blanks;
  if (!first || blanks.length <= MOST_BLANKS) return found;
  const message = `${first.about ?? 'This key'} and ${blanks.length - 1} more keys are empty: tools that read this standard refuse the contract until they are filled in or removed.`;
  return found.flatMap(one => (one === first ? { ...one, message, severity: 'info' } : one.isEmpty ? [] : one));
}

const MOST_BLANKS = 3;
