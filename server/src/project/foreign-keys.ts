/** Which key of another node a column holds, and who says so. */

import { lowerCase } from '../syntax/sql/names.ts';
import { placesOf } from './column-places.ts';
import { shortName } from './declared.ts';
import type { ConstraintFacts, NodeFacts, OutputColumn, PropertyFacts } from './facts.ts';
import { snapshotRelation } from './snapshot-settings.ts';

export interface ForeignKey {
  /** Node whose YAML says so, and its column there. */
  readonly by: { readonly node: string; readonly column: string };
  /** The node it leads to. */
  readonly to: string;
  /** Lower-case column there. */
  readonly toColumn: string;
  readonly because: 'relationships test' | 'foreign key constraint' | 'meta.grainline';
}

type Reference = NonNullable<ReturnType<typeof snapshotRelation>>;

export interface ForeignKeyInput {
  node(id: string): NodeFacts | undefined;
  columns(id: string): readonly OutputColumn[];
  resolve(call: Reference, fromPackage: string): string | undefined;
  /** What `meta.grainline` of the column calls the node it leads to, with the key column there. */
  declared?(id: string, lowerName: string): { readonly to: string; readonly toColumn: string } | undefined;
}

/** Through this many models that carry the column along. */
const MAX_HOPS = 30;

/** Of a column, by its own YAML or that of a node it is carried from. */
export function foreignKeyOf(input: ForeignKeyInput, id: string, lowerName: string): ForeignKey | undefined {
  for (const { node, column } of carriedFrom(input, id, lowerName)) {
    const facts = input.node(node);
    if (!facts) return undefined;
    const declared = input.declared?.(node, column);
    if (declared) return { by: { node, column }, ...declared, because: 'meta.grainline' };
    const said = facts.properties && saidIn(facts.properties, column);
    const to = said && input.resolve(said.to, facts.package);
    if (said && to !== undefined) {
      return { by: { node, column }, to, toColumn: said.toColumn, because: said.because };
    }
  }
  return undefined;
}

/** The column itself, then those it carries along unchanged, up to its source. */
export function carriedFrom(
  input: Pick<ForeignKeyInput, 'columns'>,
  id: string,
  lowerName: string,
): readonly { readonly node: string; readonly column: string }[] {
  const found = [{ node: id, column: lowerName }];
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    const { node, column } = found[hop] as (typeof found)[number];
    const columns = input.columns(node);
    const known = columns[placesOf(columns).get(column) ?? -1];
    const [origin, ...others] = known?.origins ?? [];
    if (known === undefined || origin === undefined || others.length > 0 || !isCarried(known)) break;
    if (origin.node === node) break;
    found.push({ node: origin.node, column: origin.column.toLowerCase() });
  }
  return found;
}

export function isCarried({ derivation }: Pick<OutputColumn, 'derivation'>): boolean {
  return derivation === 'passthrough' || derivation === 'rename' || derivation === 'star';
}

function saidIn(
  properties: PropertyFacts,
  lowerName: string,
): { readonly to: Reference; readonly toColumn: string; readonly because: ForeignKey['because'] } | undefined {
  const column = properties.columns.find(one => lowerCase(one.name) === lowerName);
  for (const test of column?.tests ?? []) {
    if (shortName(test) !== 'relationships' || test.config['enabled'] === false) continue;
    const to = snapshotRelation(test.arguments['to']);
    const field = test.arguments['field'];
    if (to && typeof field === 'string') return { to, toColumn: plain(field), because: 'relationships test' };
  }
  return constraintIn(column?.constraints ?? [], lowerName) ?? constraintIn(properties.constraints, lowerName);
}

function constraintIn(constraints: readonly ConstraintFacts[], lowerName: string): ReturnType<typeof saidIn> {
  for (const constraint of constraints) {
    const [only, ...others] = constraint.columns;
    if (constraint.type !== 'foreign_key' || only?.toLowerCase() !== lowerName || others.length > 0) continue;
    const to = snapshotRelation(constraint.expression);
    const field = /\(\s*["`[]?(\w+)["`\]]?\s*\)\s*$/.exec(constraint.expression ?? '')?.[1];
    if (to && field !== undefined) return { to, toColumn: plain(field), because: 'foreign key constraint' };
  }
  return undefined;
}

function plain(name: string): string {
  return name.replace(/["`[\]]/g, '').toLowerCase();
}
