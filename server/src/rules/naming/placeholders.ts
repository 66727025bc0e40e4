/** What the placeholders of a pattern may stand for: sources that are declared and read, verbs, and the words grainline.yml lists. */

import { boundIn, type Slot, templatesOf } from '../../project/conventions.ts';
import type { NodeFacts } from '../../project/facts.ts';
import type { ProjectView } from '../rule.ts';
import { isChosen } from './conventional.ts';
import { sourceNamesOf } from './model-names.ts';

/** What is wrong about a name that has the pattern's shape, as the end of a sentence; nothing when all is right. */
export function complaintAbout(node: NodeFacts, slot: Slot, project: ProjectView): string | undefined {
  const templates = templatesOf(slot.patterns);
  const words = project.config.names.words;
  const read = templates.some(one => one.placeholders.includes('source')) ? sourceNamesOf(node, project) : [];
  const isRight = (placeholder: string, value: string): boolean => {
    switch (placeholder) {
      case 'source':
        return read.length === 0 || read.some(one => isAlike(value, one)) || listed(words, 'source').includes(value);
      case 'verb':
        return !isChosen(slot) || saysWhatIsDone(value, listed(words, 'verb'));
      default:
        return !Object.hasOwn(words, placeholder) || listed(words, placeholder).includes(value);
    }
  };
  if (boundIn(node.name, templates, isRight)) return undefined;
  const bound = boundIn(node.name, templates);
  for (const [placeholder, value] of bound ?? []) {
    if (isRight(placeholder, value)) continue;
    if (placeholder === 'source') return wrongSource(node, value, read, slot, project);
    if (placeholder === 'verb') {
      return 'does not say what it does. End it in a participle such as joined, pivoted or deduplicated, or list its verb under names.words in grainline.yml.';
    }
    return unlisted(placeholder, [...(bound ?? [])], listed(words, placeholder));
  }
  return undefined;
}

function listed(words: { readonly [placeholder: string]: readonly string[] }, placeholder: string): readonly string[] {
  return Object.hasOwn(words, placeholder) ? (words[placeholder] ?? []).map(word => word.toLowerCase()) : [];
}

/** Where one placeholder ends and the next begins is a guess, so the message speaks of all behind the prefix. */
function unlisted(
  placeholder: string,
  bound: readonly (readonly [string, string])[],
  words: readonly string[],
): string {
  const rest = bound.map(([, value]) => value).join('_');
  const place =
    bound[0]?.[0] === placeholder && bound.length > 1
      ? 'does not begin with'
      : bound.at(-1)?.[0] === placeholder && bound.length > 1
        ? 'does not end in'
        : 'is not';
  return `does not fit grainline.yml: '${rest}' ${place} a ${placeholder} that it lists (${words.slice(0, 8).join(', ')}${words.length > 8 ? ', …' : ''}).`;
}

/* ------------------------------------------------------------------- sources */

/** Named for a source that it does not read. */
function wrongSource(
  node: NodeFacts,
  written: string,
  read: readonly string[],
  slot: Slot,
  project: ProjectView,
): string | undefined {
  const reads = read.slice(0, 3).map(one => `'${one}'`);
  const other = project.sourceNames().find(name => plain(name) === plain(written));
  if (other !== undefined) {
    return `is named for the source '${other}' but reads ${reads.join(', ')}. Name it for what it reads, or read what it is named for.`;
  }
  const [only] = read;
  // What unites several sources may have a name of its own.
  if (only === undefined || read.length > 1) return undefined;
  // Another word for the source is fine as long as the project keeps to it.
  const words = wordsFor(only, node, project);
  const [usual] = words;
  const isUsual = words.length > 1 && words.every(word => word === usual);
  if (isUsual && usual === written) return undefined;
  if (isUsual)
    return `reads the source '${only}', for which the other models that read it say '${usual}', not '${written}'.`;
  if (!isChosen(slot)) return undefined;
  return `is named for a source '${written}', which no YAML declares; it reads '${only}'. If that is another word for it, list it under names.words.source in grainline.yml.`;
}

/** What the other models that read the source call it, as far as their names tell. */
function wordsFor(source: string, node: NodeFacts, project: ProjectView): readonly string[] {
  const nodes = project.nodes();
  const slot = project.conventions.models.staging;
  let known = wordsByNodes.get(nodes);
  if (known === undefined || known.slot !== slot) {
    known = { slot, bySource: new Map() };
    wordsByNodes.set(nodes, known);
  }
  let all = known.bySource.get(source);
  if (all === undefined) {
    all = wordsOfReaders(source, slot, project);
    known.bySource.set(source, all);
  }
  return all.flatMap(({ reader, word }) => (reader === node.id ? [] : [word]));
}

interface ReaderWord {
  /** Id of the model. */
  readonly reader: string;
  readonly word: string;
}

/** Found once for a source, which hundreds of models may read. It follows from the nodes and the convention alone. */
const wordsByNodes = new WeakMap<
  readonly NodeFacts[],
  { readonly slot: Slot | undefined; readonly bySource: Map<string, readonly ReaderWord[]> }
>();

function wordsOfReaders(source: string, slot: Slot | undefined, project: ProjectView): readonly ReaderWord[] {
  const templates = slot ? templatesOf(slot.patterns) : [];
  const tables = project.nodes().filter(one => one.kind === 'source' && one.source === source);
  const readers = new Set(tables.flatMap(table => project.readersOf(table.id)));
  return [...readers].flatMap(id => {
    const reader = project.node(id);
    if (!reader || sourceNamesOf(reader, project).length > 1) return [];
    const words = templates.flatMap(template => template.match(reader.name)?.get('source') ?? []);
    return words.slice(0, 1).map(word => ({ reader: id, word }));
  });
}

/** One holds the other, they share a word, or one is made of the other's initials. */
export function isAlike(written: string, source: string): boolean {
  const a = plain(written);
  const b = plain(source);
  if (a.includes(b) || b.includes(a)) return true;
  const words = tokens(source);
  const initials = words.map(word => (/^\d+$/.test(word) ? word : word[0])).join('');
  if (initials.length > 1 && (a.startsWith(initials) || initials.startsWith(a))) return true;
  return tokens(written).some(word => word.length > 2 && words.includes(word));
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function tokens(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '');
}

/* --------------------------------------------------------------------- verbs */

/** Participles without -ed, and short forms that people use. */
const VERBS = new Set(
  (
    'built spread split sent made kept found given taken shown drawn broken chosen written won lost held paid sold bought bound ' +
    'fed met put read set cut run left rebuilt redone merge pivot unpivot union join agg aggregate dedupe dedup filter rank ' +
    'window map enrich clean cleanse prep flatten group rollup sum summary lookup match backfill'
  ).split(' '),
);

/** Some word of it says what was done to the entity. */
export function saysWhatIsDone(value: string, more: readonly string[]): boolean {
  return tokens(value.replaceAll('_', ' ')).some(
    word => VERBS.has(word) || more.includes(word) || (word.length > 3 && word.endsWith('ed')),
  );
}
