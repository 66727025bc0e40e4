/** Dimensional specifications (`fact_table:`, `dimensions:`) as typed values with the place of each word. Unfinished parts are left out. */

import type { Span } from '../base/span.ts';
import { entryOf, itemsOf, valueAt } from '../syntax/yaml/access.ts';
import type { YamlDocument, YamlMap, YamlNode } from '../syntax/yaml/tree.ts';
import { refIn } from './consumers.ts';

/** Something written, with its place in the file. */
export interface Word {
  readonly text: string;
  readonly at: Span;
}

export interface SpecifiedMeasure {
  readonly name: Word;
  readonly type: Word | undefined;
  readonly aggregation: Word | undefined;
  readonly over: readonly Word[];
  readonly unit: Word | undefined;
  readonly definition: Word | undefined;
  /** The column it is taken from, or the expression that makes it. */
  readonly source: Word | undefined;
  readonly expression: Word | undefined;
}

export interface SpecifiedKey {
  /** All of it, for messages. */
  readonly written: Word;
  readonly column: string | undefined;
  readonly dimension: string | undefined;
  /** Says neither which is meant: the name of a dimension, or of a column. */
  readonly isOneName: boolean;
}

export interface SpecifiedFact {
  readonly name: Word;
  readonly description: Word | undefined;
  /** What it is made from. */
  readonly sources: readonly Word[];
  readonly form: Word | undefined;
  /** As words. */
  readonly grain: Word | undefined;
  /** As columns, where it names some. */
  readonly grainColumns: readonly Word[];
  readonly grainStatement: Word | undefined;
  readonly measures: readonly SpecifiedMeasure[];
  readonly degenerate: readonly Word[];
  readonly foreignKeys: readonly SpecifiedKey[];
}

/** A type of slowly changing dimension: its number, when the text holds one. */
export interface SpecifiedScd extends Word {
  readonly value: number | undefined;
}

export interface SpecifiedAttribute {
  readonly name: Word;
  readonly scd: SpecifiedScd | undefined;
  readonly definition: Word | undefined;
  readonly source: Word | undefined;
  /** The entry, when it is a map. */
  readonly map: YamlMap | undefined;
}

export interface SpecifiedDimension {
  readonly name: Word;
  readonly description: Word | undefined;
  readonly sources: readonly Word[];
  readonly type: SpecifiedScd | undefined;
  readonly naturalKey: readonly Word[];
  readonly surrogateKey: Word | undefined;
  readonly isConformed: boolean;
  readonly attributes: readonly SpecifiedAttribute[];
  readonly hierarchies: readonly (readonly Word[])[];
}

export interface Specification {
  readonly facts: readonly SpecifiedFact[];
  readonly dimensions: readonly SpecifiedDimension[];
}

/** Roots of the documents that are specifications, by their content. */
export function specificationRoots(documents: readonly YamlDocument[]): readonly YamlMap[] {
  return documents.flatMap(({ root }) => (root?.kind === 'map' && isSpecification(root) ? [root] : []));
}

/** Whether a text can hold one, without reading it as YAML. */
export function mayHoldSpecification(text: string): boolean {
  return /^(?:fact_tables?|dimensions)\s*:/m.test(text);
}

export function isSpecification(root: YamlMap): boolean {
  if (FOREIGN_KEYS.some(key => entryOf(root, key))) return false;
  if (entryOf(root, 'fact_table') || entryOf(root, 'fact_tables')) return true;
  return itemsOf(root, 'dimensions').some(one => TELLING_KEYS.some(key => entryOf(one, key)));
}

/** Keys that tell dimensions of a design from those of a semantic layer. */
const TELLING_KEYS = ['natural_key', 'surrogate_key', 'attributes', 'hierarchy'];
/** Of documents of other kinds, whatever else they hold. */
const FOREIGN_KEYS = ['models', 'semantic_models', 'sources', 'views', 'cubes', 'explores'];

export function readSpecification(documents: readonly YamlDocument[]): Specification {
  const facts: SpecifiedFact[] = [];
  const dimensions: SpecifiedDimension[] = [];
  for (const root of specificationRoots(documents)) {
    const single = valueAt(root, 'fact_table');
    const all = [...(single?.kind === 'list' ? single.items : single ? [single] : []), ...itemsOf(root, 'fact_tables')];
    facts.push(...all.flatMap(readFact));
    dimensions.push(...itemsOf(root, 'dimensions').flatMap(readDimension));
  }
  return { facts, dimensions };
}

/* -------------------------------------------------------------------- facts */

function readFact(node: YamlNode): readonly SpecifiedFact[] {
  const name = wordAt(node, 'name');
  if (!name) return [];
  const grain = valueAt(node, 'grain');
  return [
    {
      name,
      description: wordAt(node, 'description'),
      sources: wordsAt(node, 'source'),
      form: wordAt(node, 'form'),
      grain:
        grain && !isEmpty(grain)
          ? {
              text: wordsIn(grain)
                .map(one => one.text)
                .join(', '),
              at: grain.span,
            }
          : undefined,
      grainColumns: grain ? columnsOfGrain(grain) : [],
      grainStatement: wordAt(node, 'grain_statement'),
      measures: itemsOf(node, 'measures').flatMap(readMeasure),
      degenerate: wordsAt(node, 'degenerate_dimensions'),
      foreignKeys: itemsOf(node, 'foreign_keys').flatMap(readKey),
    },
  ];
}

/** A list names columns; a text does where each of its parts looks like one: `order_id, line_number`. */
function columnsOfGrain(grain: YamlNode): readonly Word[] {
  if (grain.kind === 'list') return wordsIn(grain).filter(one => /^\w+$/.test(one.text));
  const [word] = wordsIn(grain);
  if (!word) return [];
  const parts = word.text.split(/\s*[,+]\s*/);
  return parts.every(part => /^[a-z]\w*_\w+$/i.test(part)) ? parts.map(text => ({ text, at: word.at })) : [];
}

function readMeasure(node: YamlNode): readonly SpecifiedMeasure[] {
  const name = wordAt(node, 'name');
  if (!name) return [];
  return [
    {
      name,
      type: wordAt(node, 'type'),
      aggregation: wordAt(node, 'aggregation'),
      over: wordsAt(node, 'over'),
      unit: wordAt(node, 'unit'),
      definition: wordAt(node, 'business_definition') ?? wordAt(node, 'description'),
      source: wordAt(node, 'source'),
      expression: wordAt(node, 'expression'),
    },
  ];
}

function readKey(node: YamlNode): readonly SpecifiedKey[] {
  const written = wordOf(node);
  if (written) {
    const pair = /^(\w+)\s*(?:->|→|=>|:|\breferences\b)\s*(\w+)(?:\s*[.(]\s*\w+\s*\)?)?$/i.exec(written.text);
    if (pair) return [{ written, column: pair[1], dimension: pair[2], isOneName: false }];
    const dotted = /^(\w+)\.(\w+)$/.exec(written.text);
    if (dotted) return [{ written, column: dotted[2], dimension: dotted[1], isOneName: false }];
    return /^\w+$/.test(written.text) ? [{ written, column: written.text, dimension: undefined, isOneName: true }] : [];
  }
  if (node.kind !== 'map') return [];
  const first = (...keys: readonly string[]): Word | undefined =>
    keys.map(key => wordAt(node, key)).find(one => one !== undefined);
  const column = first('column', 'key', 'name');
  const dimension = first('dimension', 'references', 'to', 'table');
  const main = dimension ?? column;
  if (main) {
    return [
      {
        written: main,
        column: column?.text,
        dimension: dimension && (refIn(dimension.text) ?? dimension.text.replace(/[.(].*$/s, '')),
        isOneName: dimension === undefined,
      },
    ];
  }
  // `customer_key: dim_customers`
  const [entry] = node.entries;
  const target = entry && wordOf(entry.value);
  if (!entry || !target || node.entries.length > 1) return [];
  return [{ written: target, column: entry.key.text, dimension: refIn(target.text) ?? target.text, isOneName: false }];
}

/* --------------------------------------------------------------- dimensions */

function readDimension(node: YamlNode): readonly SpecifiedDimension[] {
  const name = wordAt(node, 'name');
  if (!name) return [];
  const conformed = valueAt(node, 'conformed');
  return [
    {
      name,
      description: wordAt(node, 'description'),
      sources: wordsAt(node, 'source'),
      type: scdAt(node, 'type'),
      naturalKey: wordsAt(node, 'natural_key').flatMap(splitNames),
      surrogateKey: wordAt(node, 'surrogate_key'),
      isConformed: conformed?.kind === 'scalar' && conformed.value === true,
      attributes: itemsOf(node, 'attributes').flatMap(readAttribute),
      hierarchies: readHierarchies(itemsOf(node, 'hierarchy')),
    },
  ];
}

function readAttribute(node: YamlNode): readonly SpecifiedAttribute[] {
  const plain = wordOf(node);
  if (plain) return [{ name: plain, scd: undefined, definition: undefined, source: undefined, map: undefined }];
  const name = wordAt(node, 'name');
  if (!name || node.kind !== 'map') return [];
  return [
    {
      name,
      scd: scdAt(node, 'scd_type'),
      definition: wordAt(node, 'business_definition') ?? wordAt(node, 'description'),
      source: wordAt(node, 'source'),
      map: node,
    },
  ];
}

/** One list of levels, several lists, or several maps with `levels`. */
function readHierarchies(items: readonly YamlNode[]): readonly (readonly Word[])[] {
  const flat = items.flatMap(one => wordOf(one) ?? []);
  const nested = items.flatMap(one => {
    if (one.kind === 'list') return [wordsIn(one)];
    return one.kind === 'map' ? [wordsAt(one, 'levels')] : [];
  });
  return [...(flat.length > 0 ? [flat] : []), ...nested.filter(one => one.length > 0)];
}

/** `2`, `Type 2 (history)`, `SCD2`. */
function scdAt(node: YamlNode, key: string): SpecifiedScd | undefined {
  const word = wordAt(node, key);
  if (!word) return undefined;
  const digits = /(?:^|[^\d.])([0-7])(?![\d.])/.exec(word.text)?.[1];
  return { ...word, value: digits === undefined ? undefined : Number(digits) };
}

/* -------------------------------------------------------------------- words */

function splitNames(word: Word): readonly Word[] {
  return word.text.split(/\s*,\s*/).map(text => ({ text, at: word.at }));
}

function wordOf(node: YamlNode | undefined): Word | undefined {
  if (node?.kind !== 'scalar' || node.value === null || node.hasJinja) return undefined;
  const text = node.text.trim();
  // `fact_[business_process]`: brackets around words are a blank of the template, to be filled in.
  return text === '' || /\[[a-z][a-z_ /]*\]/i.test(text) ? undefined : { text, at: node.span };
}

function wordAt(node: YamlNode, key: string): Word | undefined {
  return wordOf(valueAt(node, key));
}

function wordsIn(node: YamlNode): readonly Word[] {
  return (node.kind === 'list' ? node.items : [node]).flatMap(one => wordOf(one) ?? []);
}

function wordsAt(node: YamlNode, key: string): readonly Word[] {
  const value = valueAt(node, key);
  return value ? wordsIn(value) : [];
}

function isEmpty(node: YamlNode): boolean {
  return wordsIn(node).length === 0;
}
