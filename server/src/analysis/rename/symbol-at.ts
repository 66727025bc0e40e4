/** What can be renamed at a place of a file: a model, a column, a CTE, the alias of a table. */

import type { Span } from '../../base/span.ts';
import { extensionOf } from '../../base/uri.ts';
import { readContracts } from '../../contracts/read-contracts.ts';
import { isYaml } from '../../project/files.ts';
import type { ScopeRelation } from '../../project/infer/scopes.ts';
import { ownerOf } from '../../project/layout.ts';
import type { ModelUnit } from '../../project/models.ts';
import type { Projects } from '../../project/project.ts';
import type { ColumnReference, Identifier, SqlNode } from '../../syntax/sql/tree.ts';
import { pathAt } from '../../syntax/sql/walk.ts';
import { type ColumnOrigin, originOf, placeOrigin } from './locate-column.ts';
import { RenameProblem } from './rename-edits.ts';
import type { TableName } from './rename-table-name.ts';

export type RenameSymbol =
  | { readonly kind: 'node'; readonly root: string; readonly id: string; readonly name: string; readonly span: Span }
  | { readonly kind: 'column'; readonly origin: ColumnOrigin; readonly name: string; readonly span: Span }
  | { readonly kind: 'table-name'; readonly table: TableName; readonly name: string; readonly span: Span };

/** `undefined` where nothing stands that has a name; a `RenameProblem` where something does that cannot be renamed. */
export function symbolAt(projects: Projects, uri: string, offset: number): RenameSymbol | undefined {
  const owned = ownerOf(projects.layout('layout'), uri);
  if (!owned || owned.owner.isInstalled) return undefined;
  const root = owned.top.project.root;
  const text = projects.files.text(uri) ?? '';
  const named = refAt(projects, root, owned.owner.project.name, text, offset);
  if (named) return named;
  if (isYaml(uri)) return inYaml(projects, root, owned.owner.project.name, uri, text, offset);
  return extensionOf(uri) === 'sql' ? inSql(projects, root, uri, text, offset) : undefined;
}

/** The name in `ref('…')`, in any file. */
function refAt(projects: Projects, root: string, from: string, text: string, offset: number): RenameSymbol | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  for (const match of text.slice(start, end < 0 ? text.length : end).matchAll(REF)) {
    const name = match[4] ?? match[2] ?? '';
    const close = start + match.index + match[0].length - 1;
    const span = { start: close - name.length, end: close };
    if (offset < span.start || offset > span.end) continue;
    const packageName = match[4] === undefined ? undefined : match[2];
    const found = projects.nodes.resolve(
      root,
      { kind: 'ref', name, ...(packageName === undefined ? {} : { package: packageName }) },
      from,
    );
    if (!found) throw new RenameProblem(`there is no model '${name}'`);
    return nodeSymbol(projects, root, found.id, span);
  }
  return undefined;
}

const REF = /\bref\s*\(\s*(["'])([^"'\n]*)\1(?:\s*,\s*(["'])([^"'\n]*)\3)?/g;

function nodeSymbol(projects: Projects, root: string, id: string, span: Span): RenameSymbol {
  const node = projects.nodes.index(root).byId.get(id);
  const owner = node && ownerOf(projects.layout('layout'), node.file);
  if (!node || !owner || owner.owner.isInstalled) throw new RenameProblem('it belongs to an installed package');
  return { kind: 'node', root, id, name: node.name, span };
}

/* ---------------------------------------------------------------------- YAML */

function inYaml(
  projects: Projects,
  root: string,
  packageName: string,
  uri: string,
  text: string,
  offset: number,
): RenameSymbol | undefined {
  const { files } = projects;
  const holds = ({ start, end }: Span): boolean => start <= offset && offset <= end;
  const idOf = (kind: string, name: string): string | undefined =>
    [...projects.nodes.index(root).byId.values()].find(
      one => one.kind === kind && one.package === packageName && one.name === name,
    )?.id;
  const ofColumn = (id: string | undefined, name: string, span: Span): RenameSymbol => {
    if (id === undefined) throw new RenameProblem('its model does not exist');
    return { kind: 'column', origin: originOf(projects, root, id, name, true), name, span };
  };
  if (ownerOf(projects.layout('layout'), uri)?.role === 'properties') {
    const read = files.properties(uri);
    const kinds = [
      ['model', read.models],
      ['seed', read.seeds],
      ['snapshot', read.snapshots],
    ] as const;
    for (const [kind, entries] of kinds) {
      for (const { facts, nameAt, columns, at } of entries) {
        if (!holds(at)) continue;
        const id = idOf(kind, facts.name);
        if (holds(nameAt)) return id === undefined ? undefined : nodeSymbol(projects, root, id, nameAt);
        const column = columns.find(one => holds(one.nameAt));
        if (column) return ofColumn(id, column.facts.name, column.nameAt);
      }
    }
    for (const { model, modelAt } of read.unitTests) {
      const id = model !== undefined && modelAt && holds(modelAt) ? idOf('model', model) : undefined;
      if (id !== undefined && modelAt) return nodeSymbol(projects, root, id, modelAt);
    }
  }
  for (const { objects } of readContracts(files.yaml(uri).documents)) {
    for (const { facts, columns, nameAt } of objects) {
      const id = [facts.model, facts.name, facts.physicalName].flatMap(name =>
        name ? (idOf('model', name) ?? []) : [],
      )[0];
      if (id !== undefined && holds(nameAt)) return nodeSymbol(projects, root, id, unquoted(nameAt, text));
      const column = columns.find(one => holds(one.nameAt));
      if (column && id !== undefined) return ofColumn(id, column.facts.name, unquoted(column.nameAt, text));
    }
  }
  return undefined;
}

function unquoted({ start, end }: Span, text: string): Span {
  const first = text[start];
  return (first === '"' || first === "'") && end - start >= 2 ? { start: start + 1, end: end - 1 } : { start, end };
}

/* ----------------------------------------------------------------------- SQL */

function inSql(projects: Projects, root: string, uri: string, text: string, offset: number): RenameSymbol | undefined {
  const { nodes, models, files } = projects;
  const block = files
    .template(uri)
    .value.blocks.find(one => one.type === 'snapshot' && one.nameSpan.start <= offset && offset <= one.nameSpan.end);
  let problem: RenameProblem | undefined;
  for (const id of nodes.index(root).byFile.get(uri) ?? []) {
    if (block && nodes.index(root).byId.get(id)?.name === block.name)
      return nodeSymbol(projects, root, id, block.nameSpan);
    for (const unit of models.units(`${root} ${id}`)) {
      for (const place of unit.expansion.map.toOutput(offset)) {
        const path = pathAt(unit.tree, place);
        const name = path.at(-1);
        if (name?.kind !== 'identifier' || name.hasUnknown) continue;
        const mapped = unit.expansion.map.toSource(name);
        if (!mapped.exact || mapped.call || mapped.file !== uri) continue;
        if (offset < mapped.span.start || offset > mapped.span.end) continue;
        const span = inside(mapped.span, text, name);
        try {
          const found = symbolOf(projects, root, id, unit, name, path, span);
          if (found) return found;
        } catch (error) {
          // Another run of the template may show more of it.
          if (!(error instanceof RenameProblem)) throw error;
          problem ??= error;
        }
      }
    }
  }
  if (problem) throw problem;
  return undefined;
}

/** Without the quotes. */
function inside({ start, end }: Span, text: string, name: Identifier): Span {
  return name.quoted && !/\w/.test(text[start] ?? '') ? { start: start + 1, end: end - 1 } : { start, end };
}

function symbolOf(
  projects: Projects,
  root: string,
  id: string,
  unit: ModelUnit,
  name: Identifier,
  path: readonly SqlNode[],
  span: Span,
): RenameSymbol | undefined {
  const { facts } = unit;
  const parent = path.at(-2);
  const column = (origin: ColumnOrigin): RenameSymbol => ({ kind: 'column', origin, name: name.name, span });
  const table = (kind: TableName['kind'], made: Identifier): RenameSymbol => {
    const at = placeOrigin(projects, root, id, unit, made).at;
    return { kind: 'table-name', table: { kind, root, id, name: made.name, at }, name: name.name, span };
  };
  const tableOf = (relation: ScopeRelation | undefined): RenameSymbol | undefined => {
    if (relation?.alias) return table('alias', relation.alias);
    if (relation?.cte) return table('cte', relation.cte.node.name);
    if (relation?.kind === 'node') throw new RenameProblem(`'${name.name}' is the name of the table in the warehouse`);
    return undefined;
  };
  switch (parent?.kind) {
    case 'column': {
      const resolved = facts.resolve(parent);
      if (resolved?.kind === 'row') return tableOf(resolved.relation);
      if (resolved?.kind === 'alias')
        return resolved.item.alias && column(placeOrigin(projects, root, id, unit, resolved.item.alias));
      if (resolved?.kind !== 'column' && resolved?.kind !== 'assumed') return qualifierOf(parent, name, unit, tableOf);
      const index = parent.parts.indexOf(name);
      const own = parent.parts.length - 1 - resolved.path.length;
      if (index < own) return tableOf(resolved.relation);
      if (index > own) throw new RenameProblem('it is a field inside a column');
      return column(originOfColumn(projects, root, id, unit, resolved.relation, name, path));
    }
    case 'item':
      return parent.alias === name ? column(placeOrigin(projects, root, id, unit, name)) : undefined;
    case 'table-alias':
      return parent.name === name ? table('alias', name) : undefined;
    case 'cte':
      return parent.name === name ? table('cte', name) : undefined;
    case 'name': {
      const holder = path.at(-3);
      if (holder?.kind === 'star') {
        const select = path.findLast(one => one.kind === 'select');
        const scope = select?.kind === 'select' ? facts.scopes.get(select) : undefined;
        return tableOf(scope?.relations.find(one => one.name?.name.toLowerCase() === name.name.toLowerCase()));
      }
      for (const [node, { references }] of facts.ctes) {
        if (references.some(one => one === holder)) return table('cte', node.name);
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

/** A name in front of a column that nobody knows. */
function qualifierOf(
  { parts }: ColumnReference,
  name: Identifier,
  { facts }: ModelUnit,
  tableOf: (relation: ScopeRelation | undefined) => RenameSymbol | undefined,
): RenameSymbol | undefined {
  if (parts.length > 1 && parts[0] === name) {
    for (const scope of facts.scopes.values()) {
      const found = scope.relations.filter(one => one.name?.name.toLowerCase() === name.name.toLowerCase());
      if (found.length === 1) return tableOf(found[0]);
    }
  }
  throw new RenameProblem(`nobody can tell what '${name.name}' means here`);
}

/** Where the column that a name reads is made; in the list itself when it is read from what is nobody's to rename. */
function originOfColumn(
  projects: Projects,
  root: string,
  id: string,
  unit: ModelUnit,
  relation: ScopeRelation,
  name: Identifier,
  path: readonly SqlNode[],
): ColumnOrigin {
  const { cte, table, node } = relation;
  const body = cte
    ? cte.node.query.kind === 'query'
      ? cte.node.query.body
      : undefined
    : table.kind === 'subquery'
      ? table.query.body
      : undefined;
  const parent = node === undefined ? undefined : projects.models.facts(`${root} ${node}`);
  const own = projects.models.facts(`${root} ${id}`);
  // `select id from source`: what the item delivers gets a name of its own.
  const item = path.at(-3);
  const here = item?.kind === 'item' && !item.alias;
  try {
    if (body) return originOf(projects, root, id, name.name, true, { unit, body });
    if (parent?.kind === 'model' && parent.package === own?.package) {
      return originOf(projects, root, parent.id, name.name, true);
    }
  } catch (error) {
    if (!(error instanceof RenameProblem) || !here) throw error;
  }
  if (here) return placeOrigin(projects, root, id, unit, name);
  throw new RenameProblem(
    `'${name.name}' is named by ${parent ? `the ${parent.kind} '${parent.name}'` : 'a table outside of the project'}`,
  );
}
