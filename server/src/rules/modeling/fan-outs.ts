/** Joins that repeat rows, the sums that count them as often, and who says that they repeat. */

import { keptIn } from '../../base/kept.ts';
import type { Span } from '../../base/span.ts';
import { type FanOut, fanOutsOf, passesRows } from '../../project/fan-out.ts';
import { carriedFrom } from '../../project/foreign-keys.ts';
import type { ScopeRelation, SelectScope } from '../../project/infer/scopes.ts';
import { columnsOfTest } from '../../project/keys-declared.ts';
import { traceReference } from '../../project/trace.ts';
import type { ColumnReference, Expression, FunctionCall, Select } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { bare, columnsIn, functionName, holdsUnknown } from '../expressions.ts';
import type { ProjectView, ReportDetails, SqlUnit } from '../rule.ts';
import { textOf } from '../written.ts';
import { type Aggregation, aggregationsIn } from './aggregations.ts';

/** By unit, which is made anew for each check: what YAML says of the nodes may have changed, though the tree has not. */
const knownOf = keptIn((_: SqlUnit) => new Map<SelectScope, readonly FanOut[]>());

/** Joins of the select that repeat rows. Several rules ask. */
export function fanOutsIn(unit: SqlUnit, project: ProjectView, select: Select): readonly FanOut[] {
  const scope = unit.facts.scopes.get(select);
  if (!scope) return [];
  const byScope = knownOf(unit);
  let found = byScope.get(scope);
  if (found === undefined) {
    const columns = (id: string) => project.columnsOf(id)?.columns ?? [];
    found = fanOutsOf(
      {
        facts: unit.facts,
        node: id => project.node(id),
        foreignKeyOf: (id, column) => project.foreignKeyOf(id, column),
        carriedFrom: (id, column) => carriedFrom({ columns }, id, column),
      },
      scope,
    );
    byScope.set(scope, found);
  }
  return found;
}

/* -------------------------------------------------------------- what is summed */

/** Where a value passes on its way to the place where it stands: a select, and the relations of it that it is made of. */
export interface Passage {
  readonly select: Select;
  readonly relations: ReadonlySet<ScopeRelation>;
}

/** Sums, averages and counts in the list, with what their values pass through, rows unchanged; the select itself first. */
export function measuresIn(unit: SqlUnit, select: Select): readonly PassedMeasure[] {
  // Without a join nothing repeats here.
  return aggregationsIn(unit, select).length > 0 && hasJoins(unit) ? sumsIn(unit, select) : [];
}

/** The same where what is read may repeat already. */
export function sumsIn(unit: SqlUnit, select: Select): readonly PassedMeasure[] {
  const aggregations = aggregationsIn(unit, select);
  if (aggregations.length === 0) return [];
  const measures = measuresOf(unit);
  let found = measures.get(select);
  if (found === undefined) {
    found = findMeasures(unit, select, aggregations);
    measures.set(select, found);
  }
  return found;
}

interface PassedMeasure {
  readonly call: FunctionCall;
  readonly passages: readonly Passage[];
}

const measuresOf = keptIn((_: SqlUnit) => new Map<Select, readonly PassedMeasure[]>());

const hasJoins = keptIn(({ facts }: SqlUnit): boolean => {
  for (const scope of facts.scopes.values()) if (scope.relations.length > 1) return true;
  return false;
});

function findMeasures(unit: SqlUnit, select: Select, aggregations: readonly Aggregation[]): readonly PassedMeasure[] {
  const found: PassedMeasure[] = [];
  let end = 0;
  for (const { call, parent } of aggregations) {
    // What one is made of is not summed by itself.
    if (call.distinct || call.start < end) continue;
    end = call.end;
    const [argument] = call.arguments;
    // A share of each row adds up to the row again, and a sum divided by how often it was counted is an average.
    if (!argument || isDivided(argument.value) || isDividedByCount(call, parent)) continue;
    const parts = call.filter ? [argument.value, call.filter] : [argument.value];
    const passages = parts.some(holdsUnknown) ? [] : passagesOf(unit, select, parts.flatMap(columnsIn), 0);
    if (passages.length > 0) found.push({ call, passages });
  }
  return found;
}

const SUMMING: ReadonlySet<string> = new Set(['sum', 'avg', 'mean', 'count']);

function isDivided(expression: Expression): boolean {
  if (expression.kind === 'column') return false;
  let found = false;
  walk(expression, node => {
    if (node.kind === 'binary' && node.operator === '/') found = true;
    if (node.kind === 'call' && (node.over !== undefined || /divide|^div0/.test(functionName(node)))) found = true;
    return undefined;
  });
  return found;
}

function isDividedByCount(call: FunctionCall, parent: unknown): boolean {
  const above = parent as Expression | undefined;
  if (above?.kind !== 'binary' || above.operator !== '/' || above.left !== call) return false;
  let counts = false;
  walk(above.right, node => {
    if (node.kind === 'call' && functionName(node) === 'count' && !node.distinct) counts = true;
    return undefined;
  });
  return counts;
}

const DEPTH_LIMIT = 20;

/** Of all the names together: they must come from the same place as far as each passage goes. */
function passagesOf(
  unit: SqlUnit,
  select: Select,
  references: readonly ColumnReference[],
  depth: number,
): readonly Passage[] {
  const [only] = references;
  if (only === undefined) return [];
  if (references.length === 1) return passagesOfOne(unit, select, only, depth);
  const ways = references.map(reference => passagesOfOne(unit, select, reference, depth));
  const first = ways[0] ?? [];
  const together: Passage[] = [];
  for (const [i, passage] of first.entries()) {
    const here = ways.map(way => way[i]);
    if (here.some(one => one?.select !== passage.select)) break;
    together.push({ select: passage.select, relations: new Set(here.flatMap(one => [...(one?.relations ?? [])])) });
  }
  return together;
}

function passagesOfOne(unit: SqlUnit, select: Select, reference: ColumnReference, depth: number): readonly Passage[] {
  const resolved = unit.facts.resolve(reference);
  if (depth > DEPTH_LIMIT || (resolved?.kind !== 'column' && resolved?.kind !== 'assumed')) return [];
  if (resolved.relation.scope.select !== select) return [];
  const found: Passage[] = [{ select, relations: new Set([resolved.relation]) }];
  const traced = traceReference(unit.facts, reference);
  for (const step of traced?.path ?? []) {
    if (!passesRows(step.select)) return found;
    if (step.relation !== undefined) {
      found.push({ select: step.select, relations: new Set([step.relation]) });
      continue;
    }
    if (traced?.kind !== 'expression' || step.select !== traced.select) return found;
    if (holdsUnknown(traced.expression) || isGathered(traced.expression)) return found;
    return [...found, ...passagesOf(unit, step.select, columnsIn(traced.expression), depth + 1)];
  }
  return found;
}

function isGathered(expression: Expression): boolean {
  let found = false;
  walk(expression, node => {
    if (node.kind === 'query' || (node.kind === 'call' && (node.over || SUMMING.has(functionName(node))))) found = true;
    return undefined;
  });
  return found;
}

/* -------------------------------------------------------------- what is grouped */

/**
 * Groups of the sum are told apart by nothing but what `allowed` lets through, as far as the passage: then each group
 * holds the repeated rows.
 */
export function isGroupedBy(
  unit: SqlUnit,
  select: Select,
  call: FunctionCall,
  at: Select,
  allowed: (relation: ScopeRelation) => boolean,
): boolean {
  const expressions = groupsOf(unit, select, call);
  return (
    expressions?.every(expression =>
      columnsIn(expression).every(reference => {
        const passage = passagesOfOne(unit, select, reference, 0).find(one => one.select === at);
        return passage !== undefined && [...passage.relations].every(allowed);
      }),
    ) ?? false
  );
}

/** What GROUP BY or the window groups by; `undefined` when that cannot be told. */
export function groupsOf(unit: SqlUnit, select: Select, call: FunctionCall): readonly Expression[] | undefined {
  if (call.over !== undefined) {
    const over = call.over;
    const window =
      over.kind === 'window'
        ? over
        : select.windows.find(one => one.name.name.toLowerCase() === over.name.toLowerCase())?.window;
    return window?.base === undefined ? window?.partitionBy : undefined;
  }
  const { groupBy } = select;
  if (groupBy === undefined) return [];
  const items = select.items.map(item => (item.kind === 'item' ? item.expression : undefined));
  if (groupBy.all) {
    const plain = items.filter(item => item === undefined || !isGathered(item));
    return plain.includes(undefined) ? undefined : (plain as Expression[]);
  }
  const found: Expression[] = [];
  for (const item of groupBy.items) {
    if (item.kind === 'grouping') return undefined;
    const inner = bare(item);
    if (inner.kind === 'literal' && inner.type === 'integer') {
      const meant = items[Number(inner.value) - 1];
      if (meant === undefined) return undefined;
      found.push(meant);
      continue;
    }
    const resolved = inner.kind === 'column' ? unit.facts.resolve(inner) : undefined;
    found.push(resolved?.kind === 'alias' ? resolved.item.expression : inner);
  }
  return found;
}

/* -------------------------------------------------------------------- messages */

/** What people call the relation: the model, source or CTE it reads. */
export function nameOf(relation: ScopeRelation, project: ProjectView): string {
  const node = relation.node === undefined ? undefined : project.node(relation.node);
  return node?.name ?? relation.cte?.node.name.name ?? relation.name?.name ?? 'the joined side';
}

export function listed(names: readonly string[]): string {
  return names.map(name => `'${name}'`).join(', ');
}

/** What says that rows are repeated, wherever it happens. */
type Evidence = Pick<FanOut, 'matched' | 'key' | 'foreignKey'>;

/** Why rows of `one` come several times: in words, as the first half of a sentence. */
export function reasonOf({ one, many, ...evidence }: FanOut, project: ProjectView): string {
  return reasonBetween(nameOf(one, project), nameOf(many, project), evidence);
}

export function reasonBetween(
  parent: string,
  child: string,
  { matched, key, foreignKey }: Evidence,
  place: 'here' | 'there' = 'here',
): string {
  if (foreignKey === undefined) {
    return `'${child}' has a row for each ${listed(key.columns)} (${key.because}) and ${place === 'here' ? 'this join' : 'the join there'} matches ${listed(matched)} only`;
  }
  return `'${parent}' has several rows of '${child}' (${foreignKey.because} on '${matched[0]}'; its own key is ${listed(key.columns)}, not matched ${place})`;
}

/** The place in YAML that says so. */
export function evidenceOf({ key, foreignKey }: Evidence, project: ProjectView): NonNullable<ReportDetails['related']> {
  const by = foreignKey?.by.node ?? key.declaredBy?.node;
  const place = by === undefined ? undefined : project.placesOf(by);
  if (!place || by === undefined) return [];
  const { entry, file } = place;
  const at = foreignKey ? foreignKeyPlace(entry, foreignKey.by.column) : keyPlace(entry, key.declaredBy?.columns ?? []);
  const what = foreignKey
    ? `'${foreignKey.by.column}' holds keys of '${project.node(foreignKey.to)?.name ?? foreignKey.to}'`
    : `One row is one ${listed(key.declaredBy?.columns ?? key.columns)}`;
  return [{ file, span: at ?? entry.nameAt, message: `${what}: said here.` }];
}

type Entry = NonNullable<ReturnType<ProjectView['placesOf']>>['entry'];

function foreignKeyPlace(entry: Entry, column: string): Span | undefined {
  const placed = entry.columns.find(one => one.facts.name.toLowerCase() === column);
  return placed?.tests.find(test => /(?:^|\.)relationships$/.test(test.facts.name))?.nameAt ?? placed?.nameAt;
}

function keyPlace(entry: Entry, columns: readonly string[]): Span | undefined {
  const wanted = [...columns].sort().join();
  const test = entry.tests.find(
    one =>
      columnsOfTest(one.facts)
        .map(name => name.toLowerCase())
        .sort()
        .join() === wanted,
  );
  if (test) return test.nameAt;
  const [only] = columns;
  const single = columns.length === 1 && entry.columns.find(one => one.facts.name.toLowerCase() === only);
  if (single) return single.tests.find(one => /(?:^|\.)unique$/.test(one.facts.name))?.nameAt ?? single.nameAt;
  return entry.configAt['meta.grainline.grain']?.value ?? entry.keysAt['constraints'];
}

/** The condition that matches too little; the join as a whole where it has none. */
export function joinPlace({ join, many }: FanOut): Span {
  if (join?.on) return join.on;
  return join ? { start: join.keyword.start, end: join.right.end } : many.table;
}

/** The call as it is written, in one line. */
export function callText(unit: SqlUnit, call: FunctionCall): string {
  const text = textOf(unit, call).replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
