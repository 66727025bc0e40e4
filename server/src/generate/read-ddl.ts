/**
 * CREATE TABLE statements as data. Columns and their types come from our own reading, which no dialect stops; keys, references,
 * defaults and comments are taken from node-sql-parser where it reads the statement, and from the words otherwise.
 */

import { typeFamilyOf } from '../project/infer/type-names.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';
import { parseSql } from '../syntax/sql/parse-sql.ts';
import type { CreateStatement, QualifiedName } from '../syntax/sql/tree.ts';
import type { RelationColumn } from './context.ts';
import { commentsBehind, type Remark, remarkIn, withRemarks } from './ddl-comments.ts';
import { createdFrom } from './ddl-tree.ts';
import { createdInWords } from './ddl-words.ts';

export interface Reference {
  readonly columns: readonly string[];
  readonly table: string;
  readonly to: readonly string[];
}

/** What a statement says beside the names and types of its columns; all names as written, without quotes. */
export interface Constraints {
  readonly comment: string | undefined;
  readonly comments: ReadonlyMap<string, string>;
  readonly defaults: ReadonlyMap<string, string>;
  readonly notNull: readonly string[];
  readonly primaryKey: readonly string[];
  readonly unique: readonly (readonly string[])[];
  readonly references: readonly Reference[];
}

export interface DdlTable extends Constraints {
  readonly name: string;
  readonly schema: string | undefined;
  readonly database: string | undefined;
  readonly columns: readonly RelationColumn[];
}

export interface DdlReading {
  readonly tables: readonly DdlTable[];
  /** What was not read, or only in part, in whole sentences. */
  readonly messages: readonly string[];
}

type Astify = (sql: string, options: { readonly database: string }) => unknown;

const MAX_TEXT = 200_000;
/** The time that node-sql-parser takes grows with a power of the depth. */
const MAX_DEPTH = 8;

let astify: Astify | undefined;

/** Loads node-sql-parser, which is large and read when somebody first imports DDL. */
export async function loadDdlParser(): Promise<void> {
  if (astify) return;
  const { Parser } = await import('node-sql-parser');
  const parser = new Parser();
  astify = (sql, options) => parser.astify(sql, options);
}

export function readDdl(text: string, dialect: Dialect): DdlReading {
  const cut = text.slice(0, MAX_TEXT);
  const messages: string[] = cut.length < text.length ? ['Only the first 200 kB were read.'] : [];
  const tables: DdlTable[] = [];
  const remarks: Remark[] = [];
  const { value, problems } = parseSql(cut, dialect);
  for (const statement of value.statements) {
    const line = lineOf(cut, statement.start);
    const saying = cut.slice(statement.start, statement.end);
    const remark = statement.kind === 'other-statement' ? remarkIn(saying, dialect) : undefined;
    if (remark) {
      remarks.push(remark);
      continue;
    }
    if (statement.kind !== 'create' || statement.object !== 'table') {
      messages.push(`The statement in line ${line} is no CREATE TABLE and was passed over.`);
      continue;
    }
    const broken = problems.find(({ span }) => span.start >= statement.start && span.start <= statement.end);
    const name = statement.name.kind === 'error' ? undefined : namesOf(statement.name, dialect);
    const last = name?.at(-1);
    if (broken || name === undefined || last === undefined || statement.columns.length === 0) {
      const why = broken ? `: ${broken.message}` : name === undefined ? ': it names no table' : ': it lists no columns';
      messages.push(`The CREATE TABLE in line ${line} could not be read${why.replace(/\.$/, '')}.`);
      continue;
    }
    if (tables.some(table => table.name.toLowerCase() === last.toLowerCase())) {
      messages.push(`'${last}' is created again in line ${line}; the first one was taken.`);
      continue;
    }
    const constraints = constraintsOf(saying, dialect);
    const behind = commentsBehind(statement, value.tokens, cut);
    const comments = new Map([...behind.columns, ...constraints.comments]);
    tables.push({
      ...constraints,
      comment: constraints.comment ?? behind.table,
      references: constraints.references.map(each => ({ ...each, table: each.table.split('.').at(-1) ?? each.table })),
      name: last,
      schema: name.at(-2),
      database: name.at(-3),
      columns: columnsOf(statement, cut, { ...constraints, comments }, dialect),
    });
  }
  return { tables: tables.map(table => withRemarks(table, remarks)), messages };
}

function constraintsOf(sql: string, dialect: Dialect): Constraints {
  const words = createdInWords(sql, dialect);
  if (!astify || words.depth > MAX_DEPTH) return words;
  try {
    const tree = createdFrom(astify(sql, { database: databaseOf(dialect) }));
    return tree ? united(tree, words) : words;
  } catch {
    // Options of a dialect that it does not know: the words say the same.
    return words;
  }
}

/** What the tree says, and what only the words say: its grammars pass over some options. */
function united(tree: Constraints, words: Constraints): Constraints {
  const either = <T>(a: readonly T[], b: readonly T[]): readonly T[] => (a.length > 0 ? a : b);
  return {
    comment: words.comment ?? tree.comment,
    comments: new Map([...tree.comments, ...words.comments]),
    defaults: new Map([...tree.defaults, ...words.defaults]),
    notNull: [...new Set([...tree.notNull, ...words.notNull])],
    primaryKey: either(tree.primaryKey, words.primaryKey),
    unique: either(tree.unique, words.unique),
    references: either(tree.references, words.references),
  };
}

function columnsOf(
  statement: CreateStatement,
  text: string,
  said: Constraints,
  dialect: Dialect,
): readonly RelationColumn[] {
  const required = new Set([...said.notNull, ...said.primaryKey].map(lower));
  return statement.columns.map(({ name, type, notNull, primaryKey }): RelationColumn => {
    const dataType = type && typeText(text.slice(type.start, type.end), dialect);
    const key = lower(name.name);
    const isRequired = notNull || primaryKey || required.has(key);
    return {
      name: name.name,
      dataType,
      type: dataType === undefined ? undefined : typeFamilyOf(dataType, dialect),
      description: said.comments.get(key),
      nullable: isRequired ? 'no' : 'unknown',
    };
  });
}

/** `[int]` → `int`; without what BigQuery says of the fields of a struct. */
function typeText(written: string, dialect: Dialect): string {
  const options = /\s*\boptions\s*\((?:[^()"']|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*')*\)/gi;
  const plain = dialect === 'tsql' ? written.replace(/\[(\w+)\]/g, '$1') : written.replace(options, '');
  return plain.replace(/\s+/g, ' ');
}

/** What node-sql-parser calls the dialect, or the one nearest to it. */
function databaseOf(dialect: Dialect): string {
  switch (dialect) {
    case 'tsql':
      return 'TransactSQL';
    case 'postgres':
    case 'duckdb':
    case 'ansi':
      return 'PostgresQL';
    case 'databricks':
    case 'sparksql':
      return 'Hive';
    case 'clickhouse':
      return 'MySQL';
    default:
      return dialect;
  }
}

/** BigQuery quotes whole paths, `a.b.c`, and no name of it has a dot. */
function namesOf(name: QualifiedName, dialect: Dialect): readonly string[] {
  return name.parts.flatMap(part => (dialect === 'bigquery' ? part.name.split('.') : [part.name]));
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function lower(name: string): string {
  return name.toLowerCase();
}
