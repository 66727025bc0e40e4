/** The names a model gives to its columns, with the places where it writes them. Kept when the model's tree is not. */

import type { Span } from '../base/span.ts';
import type { Config } from '../config/config.ts';
import { lowerCase } from '../syntax/sql/names.ts';
import type { Expression, ExpressionItem, QualifiedName, Query, QueryBody, StarItem } from '../syntax/sql/tree.ts';
import { placesOf } from './column-places.ts';
import { isNull, isRatio } from './column-values.ts';
import type { ColumnSlot } from './conventions.ts';
import type { NodeFacts, OutputColumn, TypeFamily } from './facts.ts';
import type { QueryFacts, ScopeRelation, SelectScope } from './infer/scopes.ts';
import type { LayerFolders } from './layers.ts';
import type { Delivery, ModelUnit } from './models.ts';
import {
  isNamedElsewhere,
  isNamedHere,
  keyNames,
  type NamedColumn,
  type NamingEvidence,
  namingEvidence,
  slotsOf,
} from './naming-evidence.ts';

export interface ModelNames {
  readonly evidence: NamingEvidence;
  readonly types: TypeEvidence;
  /** Output columns that the model's own text names, as far as it stands in the model's file. */
  readonly columns: readonly WrittenName[];
}

/** What a model shows of the types of keys. Names in lower case. */
export interface TypeEvidence {
  /** Columns this model makes whose type something proves. */
  readonly made: readonly { readonly name: string; readonly family: TypeFamily }[];
  /** Columns that are keys here, or that a join compares with a column of the same name. */
  readonly keys: readonly string[];
}

/** An output column that an alias or expression of the model makes. Offsets in the model's file. */
export interface WrittenName {
  readonly name: string;
  readonly slots: readonly ColumnSlot[];
  /** Its type, as far as something proves it, and what does: `cast to boolean`. */
  readonly family: TypeFamily | undefined;
  readonly because: string | undefined;
  /** False when a column it is computed from has the name already. */
  readonly isChosen: boolean;
  /** Its value is an expression of this model, not another column's. */
  readonly isMadeHere: boolean;
  /** NULL, of whatever type. */
  readonly isPlaceholder: boolean;
  readonly at: Span;
}

export function modelNames(
  node: NodeFacts,
  unit: ModelUnit | undefined,
  delivery: Delivery | undefined,
  folders: LayerFolders,
  validity: Config['validity'],
): ModelNames {
  const evidence = namingEvidence(node, delivery, folders, validity);
  const query = unit?.tree.statements.find((one): one is Query => one.kind === 'query');
  const keys = keyNames(node.properties, delivery?.keys ?? []);
  if (!unit || !query) return { evidence, types: { made: [], keys: [...keys].sort() }, columns: [] };
  const columns: WrittenName[] = [];
  const ratios: NamedColumn[] = [];
  const made: TypeEvidence['made'][number][] = [];
  for (const [i, column] of (delivery?.columns.columns ?? []).entries()) {
    const { name, type } = column;
    if (name === '' || isNamedElsewhere(name, validity)) continue;
    const item = itemOf(unit.facts, query.body, i, name);
    const at = item && placeOf(node, unit, item);
    if (!item || !at) continue;
    const slots = isRatio(item.expression) ? RATIO : slotsOf(column, keys, node.declared);
    const isChosen = isNamedHere(column);
    const isMadeHere = MAKING.has(column.derivation);
    const isPlaceholder = isNull(item.expression);
    if (isChosen && slots === RATIO) ratios.push({ slot: 'ratio', name: lowerCase(name) });
    if (isMadeHere && !isPlaceholder && type) made.push({ name: lowerCase(name), family: type.family });
    const { family, because } = type ?? {};
    columns.push({ name, slots, family, because, isChosen, isMadeHere, isPlaceholder, at });
  }
  return {
    evidence: ratios.length === 0 ? evidence : { ...evidence, columns: [...evidence.columns, ...ratios] },
    types: { made, keys: [...withJoinedNames(keys, unit.facts)].sort() },
    columns,
  };
}

const RATIO: readonly ColumnSlot[] = ['ratio'];

/** What some models of a project make of which type, counted, and their keys. */
export interface TypeTally {
  readonly made: ReadonlyMap<string, ReadonlyMap<TypeFamily, number>>;
  readonly keys: readonly string[];
}

export function tallyTypes(evidence: readonly TypeEvidence[]): TypeTally {
  const made = new Map<string, Map<TypeFamily, number>>();
  const keys = new Set<string>();
  for (const one of evidence) {
    for (const { name, family } of one.made) count(made, name, family, 1);
    for (const key of one.keys) keys.add(key);
  }
  return { made, keys: [...keys] };
}

/** Of keys alone: other columns of one name need have nothing to do with each other. */
export function countKeyTypes(tallies: readonly TypeTally[]): ReadonlyMap<string, ReadonlyMap<TypeFamily, number>> {
  const keys = new Set<string>();
  for (const tally of tallies) for (const key of tally.keys) keys.add(key);
  const found = new Map<string, Map<TypeFamily, number>>();
  for (const { made } of tallies) {
    for (const [name, families] of made) {
      if (keys.has(name)) for (const [family, its] of families) count(found, name, family, its);
    }
  }
  return found;
}

function count(counts: Map<string, Map<TypeFamily, number>>, name: string, family: TypeFamily, its: number): void {
  let families = counts.get(name);
  if (!families) {
    families = new Map();
    counts.set(name, families);
  }
  families.set(family, (families.get(family) ?? 0) + its);
}

/** And lower-case names that joins compare with themselves: `a.order_id = b.order_id`, `using (order_id)`. */
function withJoinedNames(keys: ReadonlySet<string>, { scopes }: QueryFacts): ReadonlySet<string> {
  const found = new Set(keys);
  for (const select of scopes.keys()) {
    for (const table of select.from?.items ?? []) {
      for (let join = table; join.kind === 'join'; join = join.left) {
        for (const { name } of join.using ?? []) found.add(name.toLowerCase());
        const open: Expression[] = join.on ? [join.on] : [];
        for (let one = open.pop(); one; one = open.pop()) {
          const condition = bare(one);
          if (condition.kind !== 'binary') continue;
          if (condition.operator === 'and') open.push(condition.left, condition.right);
          if (condition.operator !== '=') continue;
          const name = columnName(condition.left);
          if (name !== undefined && name === columnName(condition.right)) found.add(name);
        }
      }
    }
  }
  return found;
}

function columnName(expression: Expression): string | undefined {
  const inner = bare(expression);
  return inner.kind === 'column' ? lastName(inner) : undefined;
}

function lastName({ parts }: Pick<QualifiedName, 'parts'>): string | undefined {
  return parts.at(-1)?.folded;
}

const MAKING: ReadonlySet<OutputColumn['derivation']> = new Set(['transform', 'aggregate', 'literal']);

/** Stars behind stars are followed this far. */
const MAX_STEPS = 40;

/**
 * The outermost item that is more than a star and makes the output column; none when a parent's name is only carried
 * along by it.
 */
function itemOf(facts: QueryFacts, start: QueryBody, index: number, name: string): ExpressionItem | undefined {
  let body = start;
  let position = index;
  for (let step = 0; step < MAX_STEPS; step++) {
    if (body.kind === 'set-operation') body = body.left;
    else if (body.kind === 'parenthesized-query') body = body.query.body;
    else if (body.kind === 'select') {
      const scope = facts.scopes.get(body);
      const item = scope && body.items[itemAt(scope, position)];
      if (!scope || !item) return undefined;
      if (item.kind === 'item') return namesIt(facts, item) ? item : undefined;
      const inner = item.kind === 'star' ? behindStar(facts, scope, item, name) : undefined;
      if (!inner) return undefined;
      body = inner.body;
      position = inner.index;
    } else return undefined;
  }
  return undefined;
}

/** Index of the item that makes the output column. */
function itemAt({ itemStarts }: SelectScope, position: number): number {
  let low = 0;
  let high = itemStarts.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((itemStarts[middle] as number) <= position) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The query of the CTE or subquery that alone gives the column to a star. */
function behindStar(
  facts: QueryFacts,
  scope: SelectScope,
  star: StarItem,
  name: string,
): { readonly body: QueryBody; readonly index: number } | undefined {
  const lower = lowerCase(name);
  if (star.replace.some(one => one.alias?.name.toLowerCase() === lower)) return undefined;
  if (star.rename.some(one => one.to.name.toLowerCase() === lower)) return undefined;
  const qualifier = star.qualifier && lastName(star.qualifier);
  let giving: ScopeRelation | undefined;
  for (const one of scope.relations) {
    if (qualifier !== undefined && (!one.name || lowerCase(one.name.name) !== qualifier)) continue;
    if (!placesOf(one.columns.columns).has(lower)) continue;
    if (giving) return undefined;
    giving = one;
  }
  const query = giving && queryOf(giving);
  const delivered = query && facts.outputOf(query);
  const index = delivered && placesOf(delivered.columns.columns).get(lower);
  return query && index !== undefined ? { body: query.body, index } : undefined;
}

function queryOf({ cte, table }: ScopeRelation): Query | undefined {
  if (cte) return cte.node.query.kind === 'query' ? cte.node.query : undefined;
  return table.kind === 'subquery' ? table.query : undefined;
}

/** Names the column: by an alias that says something new, or as an expression; or carries what a CTE named. */
function namesIt(facts: QueryFacts, item: ExpressionItem): boolean {
  if (item.aliases) return false;
  const expression = bare(item.expression);
  if (expression.kind !== 'column') return item.alias !== undefined;
  if (item.alias && item.alias.folded !== lastName(expression)) return true;
  const resolved = facts.resolve(expression);
  return resolved?.kind === 'alias' || (resolved?.kind === 'column' && resolved.column.definedHere);
}

function bare(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === 'parenthesized') inner = inner.expression;
  return inner;
}

/** Where the name stands in the file; nowhere when Jinja or a macro wrote it. */
function placeOf(node: NodeFacts, { expansion }: ModelUnit, { alias, expression }: ExpressionItem): Span | undefined {
  const name = alias ?? (expression.kind === 'column' ? expression.parts.at(-1) : undefined);
  const mapped = name && expansion.map.toSource(name);
  return mapped?.exact && !mapped.call && mapped.file === node.file ? mapped.span : undefined;
}
