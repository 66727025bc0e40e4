/** Lineage as text for people, as JSON, and as a Mermaid diagram. */

import type { Lineage, LineageNode } from '../../analysis/results.ts';
import { type Direction, keyOf, type LineageEdge, type LineagePlace } from '../../project/lineage.ts';
import type { Paint } from '../style.ts';
import { harmless } from './cells.ts';

export interface ShownLineage extends Lineage {
  readonly direction: Direction;
}

/* --------------------------------------------------------------------- text */

/** Trees below each start: what it comes from, then who reads it. A place that was shown is not unfolded again. */
export function lineageText(lineage: ShownLineage, paint: Paint): string {
  const { starts, edges, direction, isComplete } = lineage;
  const names = nameTable(lineage);
  const isOne = starts.length === 1;
  if (!isOne) return projectText(lineage, names);
  const [start] = starts;
  if (start === undefined) return '';
  const lines = [paint('bold', label(start, names))];
  const above = groupBy(edges, edge => keyOf(edge.to));
  const below = groupBy(edges, edge => keyOf(edge.from));
  if (direction !== 'downstream') {
    lines.push('comes from');
    const found = treeOf(start, above, edge => edge.from, names, paint);
    lines.push(...(found.length > 0 ? found : ['  nothing that is known']));
  }
  if (direction !== 'upstream') {
    lines.push('is read by');
    const found = treeOf(start, below, edge => edge.to, names, paint);
    const exposures = names.get(start.node)?.exposures ?? [];
    lines.push(...found, ...exposures.map(name => `  exposure ${harmless(name)}`));
    if (found.length + exposures.length === 0) lines.push('  nobody');
  }
  if (!isComplete) lines.push('… and more than fits.');
  return `${lines.join('\n')}\n`;
}

/** Deeper trees are cut: somebody asks for the place where it went on. */
const MAX_DEPTH = 60;
const MAX_LINES = 5_000;

function treeOf(
  start: LineagePlace,
  edgesAt: ReadonlyMap<string, readonly LineageEdge[]>,
  otherEnd: (edge: LineageEdge) => LineagePlace,
  names: ReadonlyMap<string, LineageNode>,
  paint: Paint,
): readonly string[] {
  const lines: string[] = [];
  const shown = new Set([keyOf(start)]);
  const visit = (place: LineagePlace, depth: number): void => {
    for (const edge of edgesAt.get(keyOf(place)) ?? []) {
      if (lines.length >= MAX_LINES) return;
      const other = otherEnd(edge);
      const isKnown = shown.has(keyOf(other));
      const goesOn = edgesAt.has(keyOf(other));
      const kind = edge.kind === undefined ? '' : `  ${paint('dim', edge.kind)}`;
      const again = isKnown && goesOn ? `  ${paint('dim', '(see above)')}` : '';
      lines.push(`${'  '.repeat(depth + 1)}${label(other, names)}${kind}${again}`);
      shown.add(keyOf(other));
      if (!isKnown && depth < MAX_DEPTH) visit(other, depth + 1);
    }
  };
  visit(start, 0);
  return lines;
}

/** One line for each node with what it reads: the graph of a whole project. */
function projectText({ places, edges }: ShownLineage, names: ReadonlyMap<string, LineageNode>): string {
  const reads = groupBy(edges, edge => keyOf(edge.to));
  const lines = places.map(place => {
    const from = (reads.get(keyOf(place)) ?? []).map(edge => label(edge.from, names)).sort();
    return from.length === 0 ? label(place, names) : `${label(place, names)} ← ${from.join(', ')}`;
  });
  return `${lines.sort().join('\n')}\n`;
}

function label({ node, column }: LineagePlace, names: ReadonlyMap<string, LineageNode>): string {
  const known = names.get(node);
  const name = harmless(column === undefined ? nameOf(node, known) : `${nameOf(node, known)}.${column}`);
  return known && known.kind !== 'model' ? `${known.kind} ${name}` : name;
}

function nameOf(id: string, node: LineageNode | undefined): string {
  return node?.name ?? id;
}

/* --------------------------------------------------------------------- json */

export function lineageJson(lineage: ShownLineage, fileOf: (uri: string) => string): object {
  const { starts, nodes, places, edges, direction, isComplete } = lineage;
  const place = ({ node, column }: LineagePlace) => (column === undefined ? { node } : { node, column });
  return {
    version: 1,
    direction,
    complete: isComplete,
    starts: starts.map(place),
    nodes: nodes.map(({ id, name, kind, file, exposures }) => ({ id, name, kind, file: fileOf(file), exposures })),
    places: places.map(place),
    edges: edges.map(({ from, to, kind }) => ({ from: place(from), to: place(to), ...(kind ? { kind } : {}) })),
  };
}

/* ------------------------------------------------------------------ mermaid */

const SHAPES: { readonly [kind: string]: readonly [string, string] } = {
  source: ['[(', ')]'],
  seed: ['[(', ')]'],
  snapshot: ['[[', ']]'],
};

export function lineageMermaid(lineage: ShownLineage): string {
  const { places, edges, nodes, starts } = lineage;
  const names = nameTable(lineage);
  const ids = new Map(places.map((place, i) => [keyOf(place), `n${i}`]));
  const lines = ['flowchart LR'];
  const hasColumns = places.some(place => place.column !== undefined);
  if (hasColumns) {
    for (const [i, node] of nodes.entries()) {
      const own = places.filter(place => place.node === node.id);
      lines.push(`  subgraph g${i}["${quoted(node.kind === 'model' ? node.name : `${node.kind} ${node.name}`)}"]`);
      for (const place of own) lines.push(`    ${ids.get(keyOf(place))}["${quoted(place.column ?? node.name)}"]`);
      lines.push('  end');
    }
  } else {
    for (const place of places) {
      const node = names.get(place.node);
      const [open, close] = SHAPES[node?.kind ?? ''] ?? ['[', ']'];
      lines.push(`  ${ids.get(keyOf(place))}${open}"${quoted(nameOf(place.node, node))}"${close}`);
    }
  }
  for (const { from, to, kind } of edges) {
    const arrow = kind === undefined || kind === 'passthrough' ? '-->' : `-->|${kind}|`;
    lines.push(`  ${ids.get(keyOf(from))} ${arrow} ${ids.get(keyOf(to))}`);
  }
  if (starts.length === 1 && starts[0]) lines.push(`  style ${ids.get(keyOf(starts[0]))} stroke-width:3px`);
  return `${lines.join('\n')}\n`;
}

/** Mermaid writes quotes as entities. */
function quoted(text: string): string {
  return harmless(text).replaceAll('&', '&amp;').replaceAll('"', '#quot;').replaceAll('<', '&lt;');
}

/* ------------------------------------------------------------------ helpers */

function nameTable({ nodes }: Lineage): ReadonlyMap<string, LineageNode> {
  return new Map(nodes.map(node => [node.id, node]));
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const list = found.get(key(item));
    if (list) list.push(item);
    else found.set(key(item), [item]);
  }
  return found;
}
