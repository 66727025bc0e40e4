/** What nodes are called in the warehouse, as dbt decides it: alias, schema and database, and which parts it quotes. */

import { callMacro } from '../syntax/jinja/expand.ts';
import type { Environment, PlainValue, Relation } from '../syntax/jinja/expansion.ts';
import type { NodeConfig } from './node-config.ts';
import type { Declaration } from './nodes.ts';

/** Parts are `undefined` where nothing in the project says them. */
export interface RelationName {
  readonly database: string | undefined;
  readonly schema: string | undefined;
  readonly identifier: string;
  readonly quoting: Quoting;
}

export interface Quoting {
  readonly database: boolean;
  readonly schema: boolean;
  readonly identifier: boolean;
}

/**
 * `config` is the node's own configuration (for a source: `database`, `schema`, `identifier` of its YAML). The project's
 * `generate_schema_name` and `generate_alias_name` are asked where it has them.
 */
export function relationName(
  node: Declaration,
  config: NodeConfig,
  environment: Environment,
  projectQuoting: { readonly [key: string]: PlainValue },
): RelationName {
  const { target, adapter } = environment;
  const database = textOf(config['database']) ?? textOf(target['database']);
  if (node.kind === 'source') {
    const schema = textOf(config['schema']) ?? node.source;
    const identifier = textOf(config['identifier']) ?? node.name;
    return { database, schema, identifier, quoting: quotingOf(adapter, asMap(config['quoting'])) };
  }
  const about = { name: node.name, resource_type: node.kind, package_name: node.package };
  const custom = textOf(config['schema']);
  const alias = textOf(config['alias']);
  const version = node.version === undefined ? '' : `_v${node.version}`;
  return {
    database,
    schema:
      ask(environment, 'generate_schema_name', [custom ?? null, about]) ??
      usualSchema(textOf(target['schema']), custom),
    identifier: ask(environment, 'generate_alias_name', [alias ?? null, about]) ?? alias ?? node.name + version,
    quoting: quotingOf(adapter, projectQuoting),
  };
}

/** The relation as templates see it: rendered with the parts that are known. */
export function relationOf({ database, schema, identifier, quoting }: RelationName, adapter: string): Relation {
  // Without a schema a database says nothing; the identifier is then all there is.
  const parts = [
    schema === undefined ? undefined : quoted(database, quoting.database, adapter),
    quoted(schema, quoting.schema, adapter),
    quoted(identifier, quoting.identifier && adapter !== 'ansi', adapter),
  ];
  const rendered = parts.filter(part => part !== undefined).join('.');
  const startsQuoted = adapter === 'ansi' || (schema === undefined && quoting.database);
  return { database, schema, identifier, rendered, ...(startsQuoted ? { startsQuoted } : {}) };
}

/** The relation of a name that no node of the project has. */
export function strangeRelation(schema: string | undefined, name: string): Relation {
  const rendered = [schema, name].flatMap(part => (part ? [quoted(part, false, 'ansi')] : [])).join('.');
  return { database: undefined, schema, identifier: name, rendered };
}

/** dbt's own rule: a custom schema is put behind the target's. */
function usualSchema(target: string | undefined, custom: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  return custom === undefined ? target : `${target}_${custom}`;
}

/** Only macros of projects and packages: dbt's own are what happens anyway. */
function ask(environment: Environment, macro: string, args: readonly PlainValue[]): string | undefined {
  if (environment.macro('', macro) === undefined) return undefined;
  const answer = callMacro(environment, macro, args);
  return typeof answer === 'string' && answer.trim() !== '' ? answer.trim() : undefined;
}

function quotingOf(adapter: string, written: { readonly [key: string]: PlainValue }): Quoting {
  const usual = adapter !== 'snowflake' && adapter !== 'ansi';
  const of = (part: string): boolean => (typeof written[part] === 'boolean' ? (written[part] as boolean) : usual);
  return { database: of('database'), schema: of('schema'), identifier: of('identifier') };
}

function quoted(name: string | undefined, isQuoted: boolean, adapter: string): string | undefined {
  if (name === undefined) return undefined;
  if (!isQuoted && /^[A-Za-z_][A-Za-z0-9_$]*$/.test(name)) return name;
  const mark = BACKTICKS.has(adapter) ? '`' : '"';
  return mark + name.replaceAll(mark, mark + mark) + mark;
}

const BACKTICKS = new Set(['bigquery', 'databricks', 'spark', 'hive', 'mysql', 'clickhouse']);

function textOf(value: PlainValue): string | undefined {
  return typeof value === 'string' && value !== '' && !value.includes('{{') ? value : undefined;
}

function asMap(value: PlainValue): { readonly [key: string]: PlainValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: PlainValue })
    : {};
}
