/** Lineage of what people name: a model, a source's table, a column of one; or of a whole project. */

import { nearest } from '../base/nearest.ts';
import type { NodeFacts } from '../project/facts.ts';
import { type Direction, type LineagePlace, lineageOf } from '../project/lineage.ts';
import type { Projects } from '../project/project.ts';
import type { Lineage, LineageAnswer, LineageNode } from './results.ts';

export function lineageNamed(projects: Projects, name: string | undefined, direction: Direction): LineageAnswer {
  const roots = projects.layout('layout').projects.map(one => one.project.root);
  if (name === undefined) {
    const [root] = roots;
    if (root === undefined) return { suggestions: [] };
    const own = projects.top(root)?.project.name;
    const starts = projects
      .allFacts(root)
      .flatMap(node => (node.package === own && isShown(node) ? [{ node: node.id }] : []));
    return { lineage: graphOf(projects, root, starts, direction), suggestions: [] };
  }
  for (const root of roots) {
    const found = placeNamed(projects, root, name);
    if (found && 'suggestions' in found) return found;
    if (found) return { lineage: graphOf(projects, root, [found], direction), suggestions: [] };
  }
  const names = roots.flatMap(root => projects.allFacts(root).filter(isShown).map(calledBy));
  const near = nearest(name.split('.')[0] ?? name, names, 3);
  return { suggestions: near === undefined ? [] : [near] };
}

/** Tests and analyses read, but nothing comes from them. */
function isShown({ kind }: NodeFacts): boolean {
  return kind !== 'test' && kind !== 'analysis';
}

/** `orders`, `crm.accounts`. */
function calledBy(node: NodeFacts): string {
  return node.kind === 'source' ? `${node.source}.${node.name}` : node.name;
}

function placeNamed(projects: Projects, root: string, name: string): LineagePlace | LineageAnswer | undefined {
  const whole = nodeNamed(projects, root, name);
  if (whole) return { node: whole.id };
  const dot = name.lastIndexOf('.');
  const node = dot > 0 ? nodeNamed(projects, root, name.slice(0, dot)) : undefined;
  if (!node) return undefined;
  const column = name.slice(dot + 1);
  const { columns = [], isComplete = false } = projects.models.delivery(`${root} ${node.id}`)?.columns ?? {};
  const known = columns.find(one => one.name.toLowerCase() === column.toLowerCase());
  if (known) return { node: node.id, column: known.name };
  if (!isComplete && column !== '') return { node: node.id, column };
  const near = nearest(
    column,
    columns.map(one => one.name),
    3,
  );
  return { node: calledBy(node), suggestions: near === undefined ? [] : [`${calledBy(node)}.${near}`] };
}

/** By the name in `ref()`, `source.table`, an id, a path or the URI of its file. */
function nodeNamed(projects: Projects, root: string, name: string): NodeFacts | undefined {
  const own = projects.top(root)?.project.name ?? '';
  const declared = projects.nodes.resolve(root, { kind: 'ref', name }, own);
  if (declared) return projects.models.facts(`${root} ${declared.id}`);
  const [source, table, ...more] = name.split('.');
  if (source !== undefined && table !== undefined && more.length === 0) {
    const found = projects.nodes.resolve(root, { kind: 'source', source, name: table }, own);
    if (found) return projects.models.facts(`${root} ${found.id}`);
  }
  return projects.allFacts(root).find(node => node.id === name || node.path === name || node.file === name);
}

function graphOf(projects: Projects, root: string, starts: readonly LineagePlace[], direction: Direction): Lineage {
  const { models } = projects;
  const readers = projects.readers(root);
  const graph = lineageOf(
    {
      columns: id => models.delivery(`${root} ${id}`)?.columns.columns ?? [],
      reads: id => models.facts(`${root} ${id}`)?.reads ?? [],
      readers: id => (readers.get(id) ?? []).filter(reader => isShownId(reader)),
    },
    starts,
    direction,
  );
  const nodes = new Map<string, LineageNode>();
  for (const { node: id } of graph.places) {
    const facts = models.facts(`${root} ${id}`);
    if (nodes.has(id) || !facts) continue;
    nodes.set(id, {
      id,
      name: calledBy(facts),
      kind: facts.kind,
      file: facts.file,
      path: facts.path,
      exposures: projects.consumers(root).exposures.get(id) ?? [],
    });
  }
  return { ...graph, nodes: [...nodes.values()] };
}

function isShownId(id: string): boolean {
  return !id.startsWith('test.') && !id.startsWith('analysis.');
}
