/** What a tree of node-sql-parser says of a table. Its trees differ by dialect, so that everything in them is looked at as unknown. */

import type { Constraints, Reference } from './read-ddl.ts';

/** `undefined` for a tree that is no CREATE TABLE. */
export function createdFrom(tree: unknown): Constraints | undefined {
  const create = Array.isArray(tree) ? (tree as readonly unknown[])[0] : tree;
  const definitions = listIn(create, 'create_definitions');
  if (definitions.length === 0) return undefined;
  const comments = new Map<string, string>();
  const defaults = new Map<string, string>();
  const notNull: string[] = [];
  const primaryKey: string[] = [];
  const unique: (readonly string[])[] = [];
  const references: Reference[] = [];
  for (const each of definitions) {
    const reference = at(each, 'reference_definition');
    if (at(each, 'resource') === 'column') {
      const name = nameOf(at(each, 'column'));
      if (name === undefined) return undefined;
      const key = name.toLowerCase();
      const comment = at(at(at(each, 'comment'), 'value'), 'value');
      if (typeof comment === 'string') comments.set(key, comment);
      const value = at(at(each, 'default_val'), 'value');
      const given = at(value, 'value');
      if (typeof given === 'string' || typeof given === 'number') defaults.set(key, String(given));
      if (at(at(each, 'nullable'), 'type') === 'not null') notNull.push(name);
      if (at(each, 'primary_key') !== undefined) primaryKey.push(name);
      if (at(each, 'unique') !== undefined) unique.push([name]);
      if (reference !== undefined) references.push(...referenceOf([name], reference));
      continue;
    }
    const kind = String(at(each, 'constraint_type') ?? '').toLowerCase();
    const names = listIn(each, 'definition').flatMap(column => nameOf(column) ?? []);
    if (kind.startsWith('primary key')) primaryKey.push(...names);
    else if (kind.startsWith('unique')) unique.push(names);
    else if (kind === 'foreign key') references.push(...referenceOf(names, reference));
  }
  const comment = listIn(create, 'table_options').find(option => at(option, 'keyword') === 'comment');
  const text = at(comment, 'value');
  return {
    comment: typeof text === 'string' ? text.replace(/^'([\s\S]*)'$/, '$1').replaceAll("''", "'") : undefined,
    comments,
    defaults,
    notNull,
    primaryKey,
    unique,
    references,
  };
}

function referenceOf(columns: readonly string[], reference: unknown): readonly Reference[] {
  const table = at(listIn(reference, 'table')[0], 'table');
  if (typeof table !== 'string') return [];
  return [{ columns, table, to: listIn(reference, 'definition').flatMap(column => nameOf(column) ?? []) }];
}

/** A column is a text, or an expression around one. */
function nameOf(column: unknown): string | undefined {
  const name = at(column, 'column');
  if (typeof name === 'string') return name;
  const value = at(at(name, 'expr'), 'value');
  return typeof value === 'string' ? value : undefined;
}

function listIn(value: unknown, key: string): readonly unknown[] {
  const list = at(value, key);
  return Array.isArray(list) ? (list as readonly unknown[]) : [];
}

function at(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as { readonly [key: string]: unknown })[key] ?? undefined;
}
