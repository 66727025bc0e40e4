/** Reads a query over made-up relations, and tells what it delivers in short. */

import type {
  CandidateKey,
  Certainty,
  OutputColumn,
  OutputColumns,
  TypeFamily,
} from '../../server/src/project/facts.ts';
import { inferQuery } from '../../server/src/project/infer/infer-query.ts';
import type { QueryFacts, ResolvedColumn } from '../../server/src/project/infer/scopes.ts';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';
import { parseSql } from '../../server/src/syntax/sql/parse-sql.ts';
import type { ColumnReference, SqlFile } from '../../server/src/syntax/sql/tree.ts';
import { walk } from '../../server/src/syntax/sql/walk.ts';

/**
 * Relations by name, `orders: 'id integer!, note text?, paid boolean, …'`: a column is a name, a family, and `!` when it is
 * never NULL or `?` when it may be. `…` at the end: there may be more columns.
 */
export type Relations = { readonly [name: string]: string };

export function infer(
  text: string,
  relations: Relations = {},
  dialect: Dialect = 'ansi',
  isRendered = false,
  keys: { readonly [name: string]: readonly CandidateKey[] } = {},
): QueryFacts {
  const { value } = parseSql(text, dialect);
  const made = new Map<string, OutputColumns>();
  for (const [name, columns] of Object.entries(relations)) made.set(name, readColumns(columns));
  const facts = inferQuery(value, {
    text,
    dialect,
    isRendered: () => isRendered,
    relation: table => {
      const name = (table.name.parts[table.name.parts.length - 1]?.name ?? '').split('.').pop() ?? '';
      const columns = made.get(name);
      return columns && { node: `model.${name}`, name, columns, keys: keys[name] ?? [] };
    },
  });
  trees.set(facts, value);
  return facts;
}

const trees = new WeakMap<QueryFacts, SqlFile>();

export function readColumns(text: string): OutputColumns {
  const parts = text.split(',').map(part => part.trim());
  const isComplete = !parts.includes('…');
  const columns = parts
    .filter(part => part !== '…' && part !== '')
    .map((part): OutputColumn => {
      const nullable: Certainty = part.endsWith('!') ? 'no' : part.endsWith('?') ? 'yes' : 'unknown';
      const [name = '', family] = part.replace(/[!?]$/, '').split(' ');
      return {
        name: name.replaceAll('"', ''),
        quoted: name.startsWith('"'),
        type: family === undefined ? undefined : { family: family as TypeFamily, because: 'declared' },
        nullable,
        derivation: 'declared',
        origins: [],
        definedHere: true,
      };
    });
  return { columns, isComplete };
}

/** `['id integer!', 'note?', '…']` */
export function shown(columns: OutputColumns): readonly string[] {
  const list = columns.columns.map(column => {
    const name = column.name === '' ? '_' : column.name;
    const family = column.type === undefined ? '' : ` ${column.type.family}`;
    return `${name}${family}${column.nullable === 'no' ? '!' : column.nullable === 'yes' ? '?' : ''}`;
  });
  return columns.isComplete ? list : [...list, '…'];
}

export function names(columns: OutputColumns): string {
  return [...columns.columns.map(column => column.name || '_'), ...(columns.isComplete ? [] : ['…'])].join(' ');
}

/** What the first reference that is written so means. */
export function resolved(facts: QueryFacts, text: string, written: string): string {
  const found: ColumnReference[] = [];
  const tree = trees.get(facts);
  if (tree !== undefined) {
    walk(tree, node => {
      if (node.kind === 'column' && text.slice(node.start, node.end) === written && !found.includes(node))
        found.push(node);
    });
  }
  found.sort((a, b) => a.start - b.start);
  const reference = found[0];
  return reference === undefined ? 'no such reference' : told(facts.resolve(reference));
}

function told(meaning: ResolvedColumn | undefined): string {
  switch (meaning?.kind) {
    case undefined:
      return 'no scope';
    case 'column':
    case 'assumed': {
      const path = meaning.path.map(part => `.${part.name}`).join('');
      const merged = meaning.kind === 'column' && meaning.merged !== undefined ? ' merged' : '';
      return `${meaning.kind}${merged} ${meaning.relation.name?.name ?? '?'}.${meaning.column.name}${path}`;
    }
    case 'alias':
      return `alias ${meaning.item.alias?.name}`;
    case 'output':
      return `output ${meaning.column.name}`;
    case 'row':
      return `row ${meaning.relation.name?.name}`;
    case 'ambiguous':
      return `ambiguous ${meaning.relations.map(relation => relation.name?.name).join(' ')}`;
    case 'missing':
      return `missing ${meaning.relation?.name?.name ?? (meaning.isQualifier ? 'relation' : 'anywhere')}${meaning.hiddenAlias ? ', hidden alias' : ''}`;
    case 'unknown':
      return 'unknown';
  }
}
