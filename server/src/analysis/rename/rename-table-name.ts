/** Renames a CTE, or the alias of a table, in the file of one model: where it is made, and wherever it stands in front of a column. */

import type { QueryFacts, ScopeRelation, SelectScope } from '../../project/infer/scopes.ts';
import type { ModelUnit } from '../../project/models.ts';
import type { Projects } from '../../project/project.ts';
import { mustBeQuoted } from '../../syntax/sql/reserved-words.ts';
import type { CommonTableExpression, Identifier, SqlNode } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { gather, type Renamed, RenameProblem } from './rename-edits.ts';
import { type NameFile, type NamesInWorld, refuseStrings, writeNames } from './write-names.ts';

/** Where a CTE or an alias gets its name. */
export interface TableName {
  readonly kind: 'cte' | 'alias';
  readonly root: string;
  readonly id: string;
  readonly name: string;
  /** Start of the name in the model's file. */
  readonly at: number;
}

export function renameTableName(projects: Projects, table: TableName, to: string): Renamed {
  return gather(edits => {
    const { root, id, name } = table;
    const node = projects.models.facts(`${root} ${id}`);
    const text = node && projects.files.text(node.file);
    const { dialect } = projects.settings(root);
    if (!node || text === undefined) throw new RenameProblem('its file cannot be read');
    if (!/^[A-Za-z_]\w*$/.test(to))
      throw new RenameProblem(`'${to}' is no plain name: letters, digits and underscores`);
    if (mustBeQuoted(to, dialect)) throw new RenameProblem(`'${to}' is a reserved word`);
    if (to === name) throw new RenameProblem('it has that name');
    const worlds = projects.models.units(`${root} ${id}`).map((unit): NamesInWorld => {
      if (unit.problems.length > 0) throw new RenameProblem('some of the SQL around it cannot be read');
      return namesIn(unit, { file: node.file, text, unit, dialect }, table, to);
    });
    writeNames(worlds, to, edits);
    if (table.kind === 'cte') refuseStrings(projects, root, node, name, edits, worlds);
  });
}

function namesIn(unit: ModelUnit, file: NameFile, table: TableName, to: string): NamesInWorld {
  const { tree, facts } = unit;
  const wanted = table.name.toLowerCase();
  const isThere = (name: Identifier): boolean => {
    const mapped = unit.expansion.map.toSource(name);
    return mapped.exact && !mapped.call && mapped.file === file.file && mapped.span.start === table.at;
  };
  const names = new Set<Identifier>();
  const all = new Set<Identifier>();
  const ctes = new Set<CommonTableExpression>();
  const relations = new Set<ScopeRelation>();
  if (table.kind === 'cte') {
    for (const [node, { references }] of facts.ctes) {
      if (!isThere(node.name)) continue;
      ctes.add(node);
      names.add(node.name);
      for (const { name } of references) if (name.parts.length === 1 && name.parts[0]) names.add(name.parts[0]);
    }
  }
  const scopes = [...facts.scopes.values(), ...facts.statementScopes.values()];
  for (const relation of scopes.flatMap(scope => scope.relations)) {
    if (isMeant(relation, table, ctes, isThere)) {
      relations.add(relation);
      if (table.kind === 'alias' && relation.alias) names.add(relation.alias);
    } else if (relation.kind === 'unknown' && !relation.alias && table.kind === 'cte' && isCalled(relation, to)) {
      throw new RenameProblem(`a table '${to}' would be taken for the CTE`);
    }
  }
  for (const scope of scopes) {
    const visible = around(scope).flatMap(one => one.relations);
    // Side by side, or one inside the other, the two could not be told apart.
    if (visible.some(one => relations.has(one)) && visible.some(one => !relations.has(one) && isCalled(one, to))) {
      throw new RenameProblem(`there is a table or CTE '${to}' already`);
    }
  }
  if ([...facts.ctes.keys()].some(one => one.name.name.toLowerCase() === to.toLowerCase())) {
    throw new RenameProblem(`there is a CTE '${to}' already`);
  }
  walk(tree, node => {
    for (const { qualifier, relation } of qualifiersOf(node, facts, wanted)) {
      all.add(qualifier);
      if (relation === undefined && table.kind === 'cte') continue;
      if (relation && relations.has(relation)) names.add(qualifier);
    }
  });
  return {
    file,
    names: [...names],
    others: [...all].flatMap(name => (names.has(name) ? [] : [{ name, isKnown: true }])),
  };
}

/** The relation goes by the name: reads the CTE without an alias, or has the alias. */
function isMeant(
  relation: ScopeRelation,
  table: TableName,
  ctes: ReadonlySet<CommonTableExpression>,
  isThere: (name: Identifier) => boolean,
): boolean {
  if (table.kind === 'alias') return relation.alias !== undefined && isThere(relation.alias);
  return relation.alias === undefined && relation.cte !== undefined && ctes.has(relation.cte.node);
}

interface Qualifier {
  readonly qualifier: Identifier;
  readonly relation: ScopeRelation | undefined;
}

/** Names in front of columns and stars that are the wanted one, with the relation each means. */
function qualifiersOf(node: SqlNode, facts: QueryFacts, wanted: string): readonly Qualifier[] {
  switch (node.kind) {
    case 'column': {
      const [first] = node.parts;
      if (first?.name.toLowerCase() !== wanted) return [];
      const resolved = facts.resolve(node);
      if (resolved?.kind === 'row') return [{ qualifier: first, relation: resolved.relation }];
      if (node.parts.length < 2) return [];
      if (resolved?.kind === 'column' || resolved?.kind === 'assumed') {
        // `items.id` may be a field of a column that has the table's name.
        return node.parts.length - resolved.path.length > 1 ? [{ qualifier: first, relation: resolved.relation }] : [];
      }
      return [{ qualifier: first, relation: nearest(facts.scopeOf(node), wanted) }];
    }
    case 'select': {
      const scope = facts.scopes.get(node);
      return node.items.flatMap((item): Qualifier[] => {
        const qualifier = item.kind === 'star' ? item.qualifier?.parts.at(-1) : undefined;
        if (qualifier?.name.toLowerCase() !== wanted) return [];
        return [{ qualifier, relation: nearest(scope, wanted) }];
      });
    }
    default:
      return [];
  }
}

function nearest(scope: SelectScope | undefined, name: string): ScopeRelation | undefined {
  return around(scope)
    .flatMap(one => one.relations)
    .find(one => isCalled(one, name));
}

/** The scope and those around it, innermost first. */
function around(scope: SelectScope | undefined): readonly SelectScope[] {
  const found: SelectScope[] = [];
  for (let one = scope; one && found.length < 100; one = one.parent) found.push(one);
  return found;
}

function isCalled({ name }: ScopeRelation, wanted: string): boolean {
  return name?.name.toLowerCase() === wanted.toLowerCase();
}
