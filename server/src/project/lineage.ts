/** Where nodes and their columns come from, back to the sources, and who reads them. */

import type { OutputColumn } from './facts.ts';

export interface LineagePlace {
  /** Id of the node. */
  readonly node: string;
  /** As its node writes it; absent for the node as a whole. */
  readonly column?: string;
}

/** What becomes of a value on the way: `unknown` where a part of the SQL is opaque. */
export type LineageKind = 'passthrough' | 'rename' | 'transform' | 'aggregate' | 'unknown';

export interface LineageEdge {
  readonly from: LineagePlace;
  readonly to: LineagePlace;
  /** Absent between nodes as wholes. */
  readonly kind?: LineageKind;
}

export interface LineageGraph {
  /** The nodes or columns that were asked for. */
  readonly starts: readonly LineagePlace[];
  /** All places, the starts first, each once. */
  readonly places: readonly LineagePlace[];
  /** In the direction of the data. */
  readonly edges: readonly LineageEdge[];
  /** False when there is more than is shown. */
  readonly isComplete: boolean;
}

export interface LineageInput {
  /** Columns that the node delivers, as far as they are known. */
  columns(id: string): readonly OutputColumn[];
  reads(id: string): readonly string[];
  readers(id: string): readonly string[];
}

export type Direction = 'upstream' | 'downstream' | 'both';

/** More would be read by nobody. */
const PLACE_LIMIT = 20_000;

export function lineageOf(input: LineageInput, starts: readonly LineagePlace[], direction: Direction): LineageGraph {
  const graph = new GraphBuilder(starts);
  if (direction !== 'downstream') graph.follow(place => above(input, place));
  if (direction !== 'upstream') graph.follow(place => below(input, place));
  return graph.result();
}

/** Edges in order of their discovery; breadth first, so that what is near comes first. */
class GraphBuilder {
  readonly #starts: readonly LineagePlace[];
  readonly #places = new Map<string, LineagePlace>();
  readonly #edges = new Map<string, LineageEdge>();
  #isComplete = true;

  constructor(starts: readonly LineagePlace[]) {
    this.#starts = starts;
    for (const start of starts) this.#places.set(keyOf(start), start);
  }

  follow(next: (place: LineagePlace) => readonly LineageEdge[]): void {
    const queue = [...this.#starts];
    const seen = new Set(queue.map(keyOf));
    for (let at = 0; at < queue.length; at++) {
      const place = queue[at] as LineagePlace;
      for (const edge of next(place)) {
        const other = keyOf(edge.from) === keyOf(place) ? edge.to : edge.from;
        if (this.#places.size >= PLACE_LIMIT) {
          this.#isComplete = false;
          return;
        }
        this.#edges.set(`${keyOf(edge.from)}\n${keyOf(edge.to)}`, edge);
        if (!this.#places.has(keyOf(other))) this.#places.set(keyOf(other), other);
        if (seen.has(keyOf(other))) continue;
        seen.add(keyOf(other));
        queue.push(other);
      }
    }
  }

  result(): LineageGraph {
    return {
      starts: this.#starts,
      places: [...this.#places.values()],
      edges: [...this.#edges.values()],
      isComplete: this.#isComplete,
    };
  }
}

/** One text for one place, whatever the case of the column. */
export function keyOf({ node, column }: LineagePlace): string {
  return column === undefined ? node : `${node}\t${column.toLowerCase()}`;
}

function above(input: LineageInput, { node, column }: LineagePlace): readonly LineageEdge[] {
  if (column === undefined) return input.reads(node).map(id => ({ from: { node: id }, to: { node } }));
  const made = columnNamed(input.columns(node), column);
  if (made === undefined) return [];
  return made.origins.map(origin => ({
    from: { node: origin.node, column: nameIn(input, origin) },
    to: { node, column: made.name },
    kind: kindOf(made, origin.column),
  }));
}

function below(input: LineageInput, { node, column }: LineagePlace): readonly LineageEdge[] {
  if (column === undefined) return input.readers(node).map(id => ({ from: { node }, to: { node: id } }));
  const lower = column.toLowerCase();
  const found: LineageEdge[] = [];
  for (const reader of input.readers(node)) {
    for (const made of input.columns(reader)) {
      if (!made.origins.some(origin => origin.node === node && origin.column.toLowerCase() === lower)) continue;
      if (made.name === '') continue;
      found.push({ from: { node, column }, to: { node: reader, column: made.name }, kind: kindOf(made, column) });
    }
  }
  return found;
}

/** The origin's name as its own node writes it. */
function nameIn(input: LineageInput, origin: { readonly node: string; readonly column: string }): string {
  return columnNamed(input.columns(origin.node), origin.column)?.name ?? origin.column;
}

function columnNamed(columns: readonly OutputColumn[], name: string): OutputColumn | undefined {
  const lower = name.toLowerCase();
  return columns.find(one => one.name.toLowerCase() === lower);
}

function kindOf({ name, derivation }: OutputColumn, from: string): LineageKind {
  switch (derivation) {
    case 'star':
    case 'passthrough':
    case 'rename':
      return name.toLowerCase() === from.toLowerCase() ? 'passthrough' : 'rename';
    case 'aggregate':
    case 'unknown':
      return derivation;
    default:
      return 'transform';
  }
}
