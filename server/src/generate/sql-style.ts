/** How a dialect spells what generated SQL needs, and how the project likes its keywords. */

import type { Dialect } from '../syntax/sql/dialect.ts';
import { mustBeQuoted } from '../syntax/sql/reserved-words.ts';
import type { RelationKind } from './context.ts';

/** What a generated select reads. */
export interface RelationChoice {
  readonly kind: RelationKind;
  readonly name: string;
  /** `source`: name of its source. */
  readonly source?: string;
  /** What is read of it, with aliases; all its columns as they are unless told. */
  readonly select?: readonly string[];
}

/** `{{ ref('orders') }}`, `{{ source('erp', 'orders') }}`. */
export function relationCall(relation: RelationChoice): string {
  if (relation.kind !== 'source') return `{{ ref(${jinjaText(relation.name)}) }}`;
  return `{{ source(${jinjaText(relation.source ?? '')}, ${jinjaText(relation.name)}) }}`;
}

/** A text as a literal of Jinja. */
export function jinjaText(value: string): string {
  return `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'").replace(/\r?\n/g, ' ')}'`;
}

// Reserved in several of the dialects, and seen as names of columns.
const RESERVED = new Set(
  'all and any as asc between by case cast check column constraint create cross current default delete desc distinct drop else end except exists false for foreign from full grant group having in inner insert intersect into is join left like limit not null on or order outer primary qualify references right rows select set table then to true union unique update user using values when where window with'.split(
    ' ',
  ),
);

/** A column's name as the dialect wants it written: bare where it can be. */
export function identifier(name: string, dialect: Dialect): string {
  const isPlain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
  if (isPlain && !RESERVED.has(name.toLowerCase()) && !mustBeQuoted(name, dialect)) return name;
  // Snowflake stores unquoted names in upper case, so that is what a quoted reserved word must say.
  const stored = isPlain && dialect === 'snowflake' ? name.toUpperCase() : name;
  switch (dialect) {
    case 'bigquery':
    case 'databricks':
    case 'sparksql':
    case 'hive':
    case 'mysql':
    case 'clickhouse':
      return `\`${stored.replace(/`/g, '``')}\``;
    case 'tsql':
      return `[${stored.replace(/\]/g, ']]')}]`;
    default:
      return `"${stored.replace(/"/g, '""')}"`;
  }
}

/** A name for a CTE that is about something: bare in every dialect, and no name that generators use themselves. */
export function cteName(wanted: string): string {
  const isFree = /^[a-z_][a-z0-9_]*$/.test(wanted) && !RESERVED.has(wanted) && !OWN.has(wanted);
  return isFree ? wanted : `${wanted.replace(/[^a-z0-9_]+/gi, '_').toLowerCase()}_rows`.replace(/^(\d)/, '_$1');
}

const OWN = new Set(
  'ranked final source renamed versions days numbers digits bounds held known compared periods'.split(' '),
);

/** A text as a literal of SQL. */
export function textLiteral(value: string, dialect: Dialect): string {
  switch (dialect) {
    case 'bigquery':
    case 'databricks':
    case 'sparksql':
    case 'hive':
    case 'mysql':
    case 'clickhouse':
      // A backslash means something in these.
      return `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
    default:
      return `'${value.replace(/'/g, "''")}'`;
  }
}

/** True where a and b differ, NULL counting as a value of its own. Never NULL itself where it is true. */
export function isDistinct(a: string, b: string, dialect: Dialect): string {
  switch (dialect) {
    case 'redshift':
      return `(${a} <> ${b} or (${a} is null and ${b} is not null) or (${a} is not null and ${b} is null))`;
    case 'sparksql':
    case 'hive':
    case 'mysql':
      return `not (${a} <=> ${b})`;
    case 'tsql':
      // IS DISTINCT FROM came with SQL Server 2022.
      return `not exists (select ${a} intersect select ${b})`;
    default:
      return `${a} is distinct from ${b}`;
  }
}

/** A column of a key. */
export interface KeyPart {
  /** As the dialect wants it written. */
  readonly column: string;
  readonly isTime: boolean;
}

/** One text of several columns, with a separator; NULL when one of them is. */
export function textOf(columns: readonly string[], dialect: Dialect): string {
  const isConcat = ['bigquery', 'databricks', 'sparksql', 'hive', 'mysql'].includes(dialect);
  const type = dialect === 'mysql' ? 'char' : isConcat ? 'string' : dialect === 'tsql' ? 'varchar(4000)' : 'varchar';
  const parts = columns.map(column => asText({ column, isTime: false }, type, dialect));
  if (isConcat) return `concat(${parts.join(", '|', ")})`;
  return parts.join(dialect === 'tsql' ? " + '|' + " : " || '|' || ");
}

/** One hash of several columns, with a separator; NULL when one of them is. */
export function hashOf(parts: readonly KeyPart[], dialect: Dialect): string {
  const joined = (type: string, by: string) => parts.map(part => asText(part, type, dialect)).join(by);
  switch (dialect) {
    case 'bigquery':
      return `to_hex(md5(concat(${joined('string', ", '|', ")})))`;
    case 'databricks':
    case 'sparksql':
    case 'hive':
      return `md5(concat(${joined('string', ", '|', ")}))`;
    case 'mysql':
      return `md5(concat(${joined('char', ", '|', ")}))`;
    case 'trino':
    case 'athena':
      return `lower(to_hex(md5(to_utf8(${joined('varchar', " || '|' || ")}))))`;
    case 'tsql':
      return `lower(convert(varchar(32), hashbytes('MD5', ${joined('varchar(4000)', " + '|' + ")}), 2))`;
    case 'clickhouse':
      return `lower(hex(MD5(concat(${joined('string', ", '|', ")}))))`;
    case 'sqlite':
      // It has no hash function; the text itself is as unique.
      return joined('text', " || '|' || ");
    default:
      return `md5(${joined('varchar', " || '|' || ")})`;
  }
}

/**
 * One hash of attributes, never NULL: each stands behind its length, so that no two rows of different values give one text,
 * and NULL is a value of its own.
 */
export function hashDiffOf(
  columns: readonly { readonly column: string; readonly isFlag: boolean }[],
  dialect: Dialect,
): string {
  const type =
    { bigquery: 'string', databricks: 'string', sparksql: 'string', hive: 'string' }[dialect as string] ?? 'varchar';
  const parts = columns.map(({ column, isFlag }) => {
    // Redshift has no text for a boolean.
    const text =
      isFlag && dialect === 'redshift'
        ? `case when ${column} then 'true' when not ${column} then 'false' end`
        : `cast(${column} as ${type})`;
    return `coalesce(${joinedBy([`cast(length(${text}) as ${type})`, "':'", text], dialect)}, '-')`;
  });
  const lines = parts.map(part => `    ${part}`);
  switch (dialect) {
    case 'bigquery':
      return `to_hex(md5(concat(\n${lines.join(',\n')}\n)))`;
    case 'databricks':
    case 'sparksql':
      return `md5(concat(\n${lines.join(',\n')}\n))`;
    case 'trino':
    case 'athena':
      return `lower(to_hex(md5(to_utf8(\n${lines.join(' ||\n')}\n))))`;
    default:
      return `md5(\n${lines.join(' ||\n')}\n)`;
  }
}

/** One text of several; NULL where one of them is. */
function joinedBy(parts: readonly string[], dialect: Dialect): string {
  return ['bigquery', 'databricks', 'sparksql'].includes(dialect) ? `concat(${parts.join(', ')})` : parts.join(' || ');
}

function asText(part: KeyPart, type: string, dialect: Dialect): string {
  if (dialect === 'clickhouse') return `toString(${part.column})`;
  // A plain cast of SQL Server's datetime drops the seconds.
  if (part.isTime && dialect === 'tsql') return `convert(varchar(33), ${part.column}, 126)`;
  return `cast(${part.column} as ${type})`;
}

/** A condition as a column: SQL Server has no boolean values. */
export function flag(condition: string, dialect: Dialect): string {
  return dialect === 'tsql' ? `cast(case when ${condition} then 1 else 0 end as bit)` : condition;
}

/** A flag column in which NULL counts as no. */
export function orFalse(column: string, dialect: Dialect): string {
  return `coalesce(${column}, ${dialect === 'tsql' ? '0' : 'false'})`;
}

/** A flag column that is never NULL, denied. */
export function isFalse(column: string, dialect: Dialect): string {
  return dialect === 'tsql' ? `${column} = 0` : `not ${column}`;
}

// The words that generated SQL is made of. Names of columns in it are bare words too: `names` keeps those as they are.
const KEYWORDS = new Set(
  `all and any as asc bigint bit boolean by case cast char concat convert cross current date day decimal desc distinct else
  end except exists false following for from group hashbytes having hour in inner insert intersect interval integer into is
  isoweek join lateral left like limit month not null numeric on or order outer over partition preceding quarter range row
  rows select set string table then timestamp to true unbounded union unique update using values varchar week when where
  with year`.split(/\s+/),
);

/**
 * Generated SQL (lower case as written here) in the project's case. Jinja, comments, strings, quoted names and everything in
 * `names` stay as they are; a word before a parenthesis is a function.
 */
export function inKeywordCase(sql: string, keywordCase: 'lower' | 'upper', names: readonly string[]): string {
  if (keywordCase === 'lower') return sql;
  const kept = new Set(names);
  const piece =
    /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|--[^\n]*|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]\n]*\]|[A-Za-z_][A-Za-z0-9_.]*/g;
  return sql.replace(piece, (text, at: number) => {
    if (kept.has(text)) return text;
    const isFunction = sql[at + text.length] === '(' && /^[a-z_0-9]+$/.test(text);
    return KEYWORDS.has(text) || isFunction ? text.toUpperCase() : text;
  });
}
