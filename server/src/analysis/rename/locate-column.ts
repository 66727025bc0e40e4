/** Where a column first gets its name: the select whose item names it, or the node of the project it is carried along from. */

import type { QueryFacts, ResolvedColumn, ScopeRelation } from '../../project/infer/scopes.ts';
import type { ModelUnit } from '../../project/models.ts';
import type { Projects } from '../../project/project.ts';
import type { Expression, ExpressionItem, Identifier, QueryBody, Select, StarItem } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { mainQuery } from './column-in-query.ts';
import { RenameProblem } from './rename-edits.ts';

export type Located =
  /** An item of the select names it: by its alias, or by the column it reads from somewhere else. */
  | { readonly kind: 'here'; readonly select: Select; readonly name: Identifier }
  /** Carried along from a node. `item` is the one that reads it by name; a star has none. */
  | {
      readonly kind: 'node';
      readonly node: string;
      readonly item: NamedItem | undefined;
    };

/** Through this many CTEs and subqueries. */
const MAX_STEPS = 100;

/**
 * `column` in lower case. Where it comes through a star from what nobody can rename, the item before that names it: an alias
 * there gives it a name of its own.
 */
export function locateIn(facts: QueryFacts, start: QueryBody, column: string): Located {
  let body = start;
  let last: NamedItem | undefined;
  try {
    for (let step = 0; step < MAX_STEPS; step++) {
      const next = stepInto(facts, body, column);
      if (next.kind === 'here') return next;
      if (next.kind === 'node') return { ...next, item: next.item ?? last };
      if (next.kind === 'inner') {
        last = next.item ?? last;
        body = next.body;
      }
    }
  } catch (error) {
    if (last && error instanceof RenameProblem) return { kind: 'here', ...last };
    throw error;
  }
  throw new RenameProblem('it comes through too many queries');
}

interface NamedItem {
  readonly select: Select;
  readonly name: Identifier;
}

/** One query further in; `item` reads it by name. */
type Step = Located | { readonly kind: 'inner'; readonly body: QueryBody; readonly item: NamedItem | undefined };

function stepInto(facts: QueryFacts, body: QueryBody, column: string): Step {
  switch (body.kind) {
    case 'set-operation':
      return { kind: 'inner', body: body.left, item: undefined };
    case 'parenthesized-query':
      return { kind: 'inner', body: body.query.body, item: undefined };
    case 'select':
      return inSelect(facts, body, column);
    default:
      throw new RenameProblem('it comes from a statement that lists no columns');
  }
}

function inSelect(facts: QueryFacts, select: Select, column: string): Step {
  const scope = facts.scopes.get(select);
  const named = select.items.filter(
    (item): item is ExpressionItem => item.kind === 'item' && facts.columnOf(item)?.name.toLowerCase() === column,
  );
  const [item] = named;
  if (named.length > 1) throw new RenameProblem('two columns of a query have that name');
  if (item) {
    if (item.alias) return { kind: 'here', select, name: item.alias };
    const expression = bare(item.expression);
    const name = expression.kind === 'column' ? expression.parts.at(-1) : undefined;
    if (expression.kind !== 'column' || !name) throw new RenameProblem('it is an expression without a name');
    const resolved = facts.resolve(expression);
    return behind(resolved, { select, name });
  }
  const stars = select.items.filter((one): one is StarItem => one.kind === 'star');
  if (!scope || (stars.length === 0 && select.items.length > 0))
    throw new RenameProblem('nobody can tell what makes it');
  for (const star of stars) {
    const replaced = star.replace.find(one => one.alias?.name.toLowerCase() === column);
    const renamed = star.rename.find(one => one.to.name.toLowerCase() === column);
    if (renamed) return { kind: 'here', select, name: renamed.to };
    if (replaced) throw new RenameProblem('a star replaces its value and takes its name from elsewhere');
  }
  const qualifiers = stars.map(star => star.qualifier?.parts.at(-1)?.name.toLowerCase());
  const giving = scope.relations.filter(
    one =>
      !one.hiddenBy &&
      (qualifiers.length === 0 || qualifiers.some(q => q === undefined || q === one.name?.name.toLowerCase())) &&
      one.columns.columns.some(each => each.name.toLowerCase() === column),
  );
  const open = scope.relations.filter(one => !one.hiddenBy && !one.columns.isComplete);
  const [relation] = giving.length > 0 ? giving : open;
  if (!relation || giving.length > 1 || (giving.length === 0 && open.length > 1)) {
    throw new RenameProblem('nobody can tell which table of a star it comes from');
  }
  return ofRelation(relation, undefined);
}

/** What a bare name in a list reads; the item itself names what no query of ours makes. */
function behind(resolved: ResolvedColumn | undefined, item: NamedItem): Step {
  switch (resolved?.kind) {
    case 'column':
    case 'assumed':
      if (resolved.path.length > 0 || ('merged' in resolved && resolved.merged)) return { kind: 'here', ...item };
      return ofRelation(resolved.relation, item);
    default:
      return { kind: 'here', ...item };
  }
}

function ofRelation(relation: ScopeRelation, item: NamedItem | undefined): Step {
  const { kind, node, table, cte } = relation;
  const isListed = 'alias' in table && table.alias && 'columns' in table.alias && table.alias.columns;
  if (!isListed && kind === 'node' && node !== undefined) return { kind: 'node', node, item };
  if (!isListed && cte && !cte.node.columns && cte.node.query.kind === 'query') {
    return { kind: 'inner', body: cte.node.query.body, item };
  }
  if (!isListed && table.kind === 'subquery') return { kind: 'inner', body: table.query.body, item };
  if (item) return { kind: 'here', ...item };
  throw new RenameProblem('it comes through a star from what cannot be renamed');
}

function bare(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === 'parenthesized') inner = inner.expression;
  return inner;
}

/* --------------------------------------------------------------------- nodes */

/** Where a column gets its name: a place in the file of a model. */
export interface ColumnOrigin {
  readonly root: string;
  readonly id: string;
  /** As the model writes it. */
  readonly column: string;
  /** Start of the name in the model's file, as an alias or as the column that an item reads. */
  readonly at: number;
}

/** Parents are followed this far. */
const MAX_PARENTS = 200;

/** Where an output column of a model gets its name: with `ascends`, in the first of its parents that carries it along. */
export function originOf(
  projects: Projects,
  root: string,
  id: string,
  column: string,
  ascends: boolean,
  start?: { readonly unit: ModelUnit; readonly body: QueryBody },
): ColumnOrigin {
  let current = id;
  let inner = start;
  // The nearest item below that could give it a name of its own, should no parent be able to.
  let fallback: ColumnOrigin | undefined;
  const seen = new Set<string>();
  try {
    for (let step = 0; step < MAX_PARENTS && !seen.has(current); step++) {
      seen.add(current);
      const key = `${root} ${current}`;
      const unit: ModelUnit | undefined = inner?.unit ?? projects.models.units(key)[0];
      const body: QueryBody | undefined = inner?.body ?? (unit && mainQuery(unit.tree)?.body);
      if (!unit || !body) throw new RenameProblem(`'${nameOf(current)}' is no model whose SQL can be read`);
      inner = undefined;
      const located = locateIn(unit.facts, body, column.toLowerCase());
      if (located.kind === 'here') return placeOrigin(projects, root, current, unit, located.name);
      const parent = projects.models.facts(`${root} ${located.node}`);
      const own = projects.models.facts(key);
      const canAscend =
        ascends && parent?.kind === 'model' && parent.package === own?.package && !parent.file.endsWith('.py');
      if (!canAscend) {
        if (located.item) return placeOrigin(projects, root, current, unit, located.item.name);
        throw new RenameProblem(`it comes through a star from '${nameOf(located.node)}'`);
      }
      if (located.item) fallback = placeOrigin(projects, root, current, unit, located.item.name);
      current = located.node;
    }
  } catch (error) {
    if (fallback && error instanceof RenameProblem) return fallback;
    throw error;
  }
  throw new RenameProblem('its models read each other in a circle');
}

/** The place of a name in the model's own file. */
export function placeOrigin(
  projects: Projects,
  root: string,
  id: string,
  unit: ModelUnit,
  name: Identifier,
): ColumnOrigin {
  const file = projects.models.facts(`${root} ${id}`)?.file;
  const mapped = unit.expansion.map.toSource(name);
  if (!mapped.exact || mapped.call || mapped.file !== file) throw new RenameProblem('Jinja makes its name');
  return { root, id, column: name.name, at: mapped.span.start };
}

function nameOf(id: string): string {
  return id.split('.').slice(2).join('.');
}

/** The selects in which the name at that place of the file names a column: several when a loop writes them. */
export function selectsNaming(unit: ModelUnit, file: string, at: number, column: string): readonly Select[] {
  const found = new Set<Select>();
  const isThere = (name: Identifier | undefined): boolean => {
    if (name?.name.toLowerCase() !== column.toLowerCase()) return false;
    const mapped = unit.expansion.map.toSource(name);
    return mapped.exact && !mapped.call && mapped.file === file && mapped.span.start === at;
  };
  walk(unit.tree, node => {
    if (node.kind !== 'select') return;
    for (const item of node.items) {
      if (item.kind === 'item') {
        const expression = bare(item.expression);
        const name = item.alias ?? (expression.kind === 'column' ? expression.parts.at(-1) : undefined);
        if (isThere(name)) found.add(node);
      } else if (item.kind === 'star') {
        if (item.rename.some(one => isThere(one.to))) found.add(node);
      }
    }
  });
  return [...found];
}
