/** The bus matrix of a project: which facts can be reported by which dimensions, by the keys they hold. */

import type { NodeFacts } from './facts.ts';
import { carriedFrom } from './foreign-keys.ts';
import type { NodeMeaning } from './meaning.ts';
import type { Projects } from './project.ts';
import type { LinkedKey } from './specified-meaning.ts';

export interface BusMatrix {
  /** In order of their names. */
  readonly facts: readonly BusFact[];
  /** Those of most facts first. */
  readonly dimensions: readonly BusDimension[];
}

export interface BusFact {
  readonly name: string;
  /** One row is one of these, as far as anybody says. */
  readonly grain: string | undefined;
  /** A specification names it, and no model of the project is called so. */
  readonly isPlanned: boolean;
  readonly keys: readonly BusKey[];
}

export interface BusKey {
  readonly dimension: string;
  /** Columns of the fact; several where the dimension plays several roles. */
  readonly columns: readonly string[];
  readonly because: 'relationships test' | 'foreign key constraint' | 'meta.grainline' | 'specification' | 'its SQL';
}

export interface BusDimension {
  readonly name: string;
  readonly isPlanned: boolean;
  /** How many facts hold a key of it. */
  readonly facts: number;
}

export function busMatrix(projects: Projects, root: string): BusMatrix {
  const own = projects.top(root)?.project.name;
  const nodes = projects.allFacts(root).filter(node => node.package === own && node.isEnabled !== 'no');
  const meaningOf = (id: string): NodeMeaning | undefined => projects.meaning(`${root} ${id}`);
  const kindOf = (id: string): string | undefined => meaningOf(id)?.kind?.value;
  const byName = new Map(nodes.map(node => [node.name.toLowerCase(), node]));
  const facts: BusFact[] = nodes
    .filter(node => node.kind === 'model' && kindOf(node.id) === 'fact')
    .map(node => ({
      name: node.name,
      grain: grainOf(projects, `${root} ${node.id}`, meaningOf(node.id)),
      isPlanned: false,
      keys: keysOf(projects, root, node, kindOf),
    }));
  const names = new Map<string, boolean>();
  for (const node of nodes) if (node.kind === 'model' && kindOf(node.id) === 'dimension') names.set(node.name, false);
  for (const specified of projects.specified(root).values()) {
    if (byName.has(specified.name.toLowerCase())) continue;
    if (specified.kind === 'dimension') names.set(specified.name, true);
    else {
      const { grainStatement, grain } = specified.voice;
      facts.push({
        name: specified.name,
        grain: grainStatement?.value ?? grain?.value.join(', '),
        isPlanned: true,
        keys: united(specified.keys.flatMap(specifiedKey)),
      });
    }
  }
  for (const { dimension } of facts.flatMap(fact => fact.keys)) {
    if (![...names.keys()].some(name => name.toLowerCase() === dimension.toLowerCase())) names.set(dimension, true);
  }
  const used = (name: string): number =>
    facts.filter(fact => fact.keys.some(key => key.dimension.toLowerCase() === name.toLowerCase())).length;
  return {
    facts: facts.sort((a, b) => compare(a.name, b.name)),
    dimensions: [...names]
      .map(([name, isPlanned]) => ({ name, isPlanned, facts: used(name) }))
      .sort((a, b) => b.facts - a.facts || compare(a.name, b.name)),
  };
}

function grainOf(projects: Projects, key: string, meaning: NodeMeaning | undefined): string | undefined {
  const said = meaning?.grainStatement?.value ?? meaning?.grain?.value.join(', ');
  if (said !== undefined) return said;
  const keys = (projects.models.delivery(key)?.keys ?? []).filter(
    one => one.by === 'declared' && one.columns.length > 0,
  );
  return keys.sort((a, b) => a.columns.length - b.columns.length)[0]?.columns.join(', ');
}

function keysOf(
  projects: Projects,
  root: string,
  fact: NodeFacts,
  kindOf: (id: string) => string | undefined,
): readonly BusKey[] {
  const { models, measures } = projects;
  const columnsOf = (id: string) => models.delivery(`${root} ${id}`)?.columns.columns ?? [];
  const found: BusKey[] = [];
  for (const { name } of columnsOf(fact.id)) {
    const declared = measures.foreignKeyOf(`${root} ${fact.id}`, name);
    const target = declared && models.facts(`${root} ${declared.to}`);
    if (declared && target && kindOf(target.id) === 'dimension') {
      found.push({ dimension: target.name, columns: [name], because: declared.because });
      continue;
    }
    const said = projects.meaning(`${root} ${fact.id}`)?.columns.get(name.toLowerCase())?.references;
    if (said) {
      const because = said.by === 'specification' ? 'specification' : 'meta.grainline';
      found.push({ dimension: said.value, columns: [name], because });
      continue;
    }
    // The key of a dimension that a model took over on the way.
    for (const { node, column } of carriedFrom({ columns: columnsOf }, fact.id, name.toLowerCase()).slice(1)) {
      if (kindOf(node) !== 'dimension') continue;
      const keys = models.delivery(`${root} ${node}`)?.keys ?? [];
      const surrogate = projects.meaning(`${root} ${node}`)?.surrogateKey?.value.toLowerCase();
      const isKey = column === surrogate || keys.some(key => key.columns.length === 1 && key.columns[0] === column);
      const dimension = models.facts(`${root} ${node}`)?.name;
      if (isKey && dimension !== undefined) found.push({ dimension, columns: [name], because: 'its SQL' });
      break;
    }
  }
  const known = new Set(found.map(one => one.dimension.toLowerCase()));
  const planned = projects.specified(root).get(fact.name.toLowerCase())?.keys ?? [];
  found.push(...planned.flatMap(specifiedKey).filter(one => !known.has(one.dimension.toLowerCase())));
  return united(found);
}

function specifiedKey({ column, dimension }: LinkedKey): readonly BusKey[] {
  if (dimension === undefined) return [];
  return [{ dimension, columns: column === undefined ? [] : [column], because: 'specification' }];
}

/** One entry for each dimension. */
function united(keys: readonly BusKey[]): readonly BusKey[] {
  const found = new Map<string, BusKey>();
  for (const key of keys) {
    const name = key.dimension.toLowerCase();
    const known = found.get(name);
    found.set(name, known ? { ...known, columns: [...known.columns, ...key.columns] } : key);
  }
  return [...found.values()].sort((a, b) => compare(a.dimension, b.dimension));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
