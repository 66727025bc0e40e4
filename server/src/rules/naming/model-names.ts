/** What rules about names of models share: layers in words, prefixes, and what a model could be called. */

import { MODEL_PREFIXES } from '../../config/presets.ts';
import type { Slot } from '../../project/conventions.ts';
import type { Layer, NodeFacts } from '../../project/facts.ts';
import type { ProjectView, RuleFix } from '../rule.ts';
import { fitsSlot } from './conventional.ts';

export const LAYER_WORDS: { readonly [L in Layer]: { readonly singular: string; readonly plural: string } } = {
  raw: { singular: 'raw model', plural: 'raw models' },
  base: { singular: 'base model', plural: 'base models' },
  staging: { singular: 'staging model', plural: 'staging models' },
  intermediate: { singular: 'intermediate model', plural: 'intermediate models' },
  mart: { singular: 'mart', plural: 'marts' },
  snapshot: { singular: 'snapshot', plural: 'snapshots' },
  seed: { singular: 'seed', plural: 'seeds' },
  utility: { singular: 'helper', plural: 'helpers' },
  unknown: { singular: 'model', plural: 'models' },
};

/** The texts that names of the slot begin with: `stg_`, `fct_`. Patterns that begin with a placeholder have none. */
export function prefixesOf(slot: Slot): readonly string[] {
  return slot.patterns.flatMap(pattern => {
    const prefix = /^[a-z0-9]+_+(?=<)/i.exec(pattern)?.[0].toLowerCase();
    return prefix === undefined ? [] : [prefix];
  });
}

export function hasPrefixOf(name: string, slot: Slot): boolean {
  return prefixesOf(slot).some(prefix => name.toLowerCase().startsWith(prefix) && name.length > prefix.length);
}

/** Names of the sources that a model reads, itself or through its base models: `erp` of `stg_erp__orders`. */
export function sourceNamesOf(node: NodeFacts, project: ProjectView): readonly string[] {
  const names = new Set<string>();
  const seen = new Set<string>();
  const open = [node];
  for (let one = open.pop(); one && seen.size < MAX_BASES; one = open.pop()) {
    for (const id of one.reads) {
      const read = seen.has(id) ? undefined : project.node(id);
      seen.add(id);
      if (read?.kind === 'source' && read.source !== undefined) names.add(read.source);
      else if (read?.kind === 'model' && /^base_|_base$/i.test(read.name)) open.push(read);
    }
  }
  return [...names];
}

/** A model with more reads below it is no longer the staging of a source. */
const MAX_BASES = 50;

/** A name that fits and keeps what the model is about; `undefined` when more than one could be meant. */
export function suggestedName(node: NodeFacts, slot: Slot, project: ProjectView): string | undefined {
  const patterns = patternsFor(node, slot);
  const [pattern] = patterns;
  if (pattern === undefined || patterns.length > 1) return undefined;
  const prefix = /^[a-z0-9]+_+(?=<)/i.exec(pattern)?.[0];
  if (prefix === undefined) return undefined;
  const rest = withoutLayer(node.name.toLowerCase());
  let name = `${prefix}${rest}`;
  // `stg_erp__orders` names the source already, and perhaps in the project's own word for it.
  if (pattern.includes('<source>') && !rest.includes('__')) {
    const [source, ...others] = sourceNamesOf(node, project);
    if (source === undefined || others.length > 0) return undefined;
    const short = source.toLowerCase().replace(/[^a-z0-9]+/g, '_');
    const entity = rest.startsWith(`${short}_`) ? rest.slice(short.length).replace(/^_+/, '') : rest;
    const separator = /<source>(_+)</.exec(pattern)?.[1] ?? '_';
    name = `${prefix}${short}${separator}${entity}`;
  }
  return name !== node.name && fitsSlot(name, slot) ? name : undefined;
}

/** Of several patterns of a layer, the one that the model's declared kind asks for. */
function patternsFor({ declared, name }: NodeFacts, { patterns }: Slot): readonly string[] {
  const kind = declared.kind?.toLowerCase();
  const wanted =
    kind === undefined ? undefined : /^fact/.test(kind) ? /^fa?ct_/ : kind === 'dimension' ? /^dim_/ : /^bri?d?ge?_/;
  if (wanted) return patterns.filter(one => wanted.test(one));
  return patterns.filter(one => !one.startsWith('base_') || name.startsWith('base'));
}

function withoutLayer(name: string): string {
  const prefix = Object.values(MODEL_PREFIXES)
    .flat()
    .find(one => name.startsWith(`${one}_`));
  return prefix === undefined ? name : name.slice(prefix.length).replace(/^_+/, '');
}

/** One edit that renames the file, its refs, its YAML entry, unit tests and contracts. */
export function renameEverywhere(project: ProjectView, node: NodeFacts, name: string | undefined): readonly RuleFix[] {
  if (name === undefined || node.kind !== 'model' || node.version !== undefined) return [];
  const { exposures, contracts } = project.consumersOf(node);
  const outside = [
    ...exposures.slice(0, 2).map(one => `exposure '${one}'`),
    ...(exposures.length > 2 ? [`${exposures.length - 2} more exposures`] : []),
    ...(contracts.length > 0 ? ['its data contract'] : []),
  ];
  const notes = [
    ...(outside.length > 0 ? [`also in ${outside.join(', ')}`] : []),
    ...(node.materialized === 'incremental' ? ['its table is built anew'] : []),
  ];
  return [
    {
      title: `Rename to '${name}' everywhere${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`,
      safe: false,
      edits: [],
      elsewhere: () => project.renameModel(node.id, name) ?? {},
    },
  ];
}
