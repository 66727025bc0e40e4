/** What differs by warehouse in dbt's own Python: quoting, type names, which adapters stand behind which. */

import { argument, textArgument } from './arguments.ts';
import { ColumnTypes, columnValue } from './columns.ts';
import type { Evaluator, Site } from './evaluator.ts';
import { macroValue } from './macros.ts';
import { noteQuery } from './output.ts';
import { RelationValue } from './relations.ts';
import { findStandIn } from './standins/stand-ins.ts';
import type { MacroStatement } from './tree.ts';
import {
  type CallArguments,
  Callable,
  hasUnknown,
  isText,
  List,
  Thing,
  textOf,
  truthOf,
  Unknown,
  type Value,
} from './values.ts';

/** Adapters whose macros an adapter falls back to, before `default__`. */
const PARENTS: { readonly [adapter: string]: readonly string[] } = {
  redshift: ['postgres'],
  materialize: ['postgres'],
  alloydb: ['postgres'],
  risingwave: ['postgres'],
  greenplum: ['postgres'],
  databricks: ['spark'],
  glue: ['spark'],
  fabricspark: ['spark'],
  sqlserver: ['fabric'],
  synapse: ['fabric'],
};

/** `snowflake`, then what it builds on, then `default`. */
export function adapterPrefixes(adapter: string): readonly string[] {
  return [adapter, ...(PARENTS[adapter] ?? []), 'default'];
}

export function quoteIdentifier(name: string, adapter: string): string {
  switch (adapter) {
    case 'bigquery':
    case 'databricks':
    case 'spark':
    case 'clickhouse':
    case 'mysql':
    case 'glue':
      return `\`${name}\``;
    case 'sqlserver':
    case 'fabric':
    case 'synapse':
      return `[${name}]`;
    default:
      return `"${name}"`;
  }
}

export function adapterThing(): Thing {
  return ADAPTER;
}

type Method = (args: CallArguments, site: Site) => Value;

const METHODS: { readonly [name: string]: Method } = {
  dispatch,
  type: (_args, { evaluator }) => evaluator.environment.adapter,
  quote: quoteArgument,
  quote_as_configured: quoteArgument,
  quote_seed_column: (args, { evaluator }) =>
    truthOf(argument(args, 1, 'quote_config', true)) === false
      ? argument(args, 0, 'column')
      : quoteValue(argument(args, 0, 'column'), evaluator.environment.adapter),
  get_columns_in_relation: (args, { evaluator }) => columnsOf(argument(args, 0, 'relation'), evaluator),
  get_column_schema_from_query: () => new Unknown('the columns of a query', 1),
  get_relation: (args, { evaluator }) => findRelation(args, evaluator),
  load_relation: args => loadRelation(argument(args, 0, 'relation')),
  check_schema_exists: () => new Unknown('whether a schema exists'),
  get_missing_columns: () => new Unknown('the missing columns'),
  expand_target_column_types: () => null,
  execute: runQuery,
  add_query: runQuery,
  commit: () => null,
  create_schema: () => null,
  drop_schema: () => null,
  drop_relation: () => null,
  rename_relation: () => null,
  cache_added: () => '',
  convert_type: () => new Unknown('a converted type'),
  is_before_version: () => new Unknown('the version of the warehouse'),
  compare_dbr_version: () => new Unknown('the version of the warehouse'),
  current_version: () => new Unknown('the version of the warehouse'),
  external_root: () => '.',
};

const CALLABLES: ReadonlyMap<string, Callable> = new Map(
  Object.entries(METHODS).map(([name, call]) => [name, new Callable(name, call)]),
);

/** The same in every run: its methods ask the run they are called in. */
const ADAPTER = new Thing('adapter', name => CALLABLES.get(name) ?? new Unknown(`adapter.${name}`));

function quoteArgument(args: CallArguments, { evaluator }: Site): Value {
  return quoteValue(argument(args, 0, 'identifier'), evaluator.environment.adapter);
}

function runQuery(args: CallArguments, site: Site): Value {
  noteQuery(site.evaluator, argument(args, 0, 'sql'), site);
  return new Unknown('the result of a query');
}

/** The relation a template named before under the same name, if the warehouse has it. */
function findRelation(args: CallArguments, evaluator: Evaluator): Value {
  const part = (position: number, name: string) => argument(args, position, name);
  const [database, schema, identifier] = [part(0, 'database'), part(1, 'schema'), part(2, 'identifier')];
  const isSame = (value: Value, name: string | undefined) =>
    value instanceof Unknown || value === null || name === undefined || (isText(value) && textOf(value) === name);
  if (isText(identifier) && !hasUnknown(textOf(identifier))) {
    for (const known of evaluator.relationsNamed(textOf(identifier))) {
      if (isSame(database, known.relation.database) && isSame(schema, known.relation.schema)) return known.asked();
    }
  }
  return new Unknown('the result of adapter.get_relation');
}

/** `load_relation(relation)`: the relation, if the warehouse has it. */
export function loadRelation(relation: Value): Value {
  return relation instanceof RelationValue ? relation.asked() : new Unknown('whether a relation exists');
}

function quoteValue(value: Value, adapter: string): Value {
  if (isText(value)) return quoteIdentifier(textOf(value), adapter);
  return value instanceof Unknown ? value : new Unknown('a quoted name');
}

export function columnsOf(relation: Value, evaluator: Evaluator): Value {
  const columns = relation instanceof RelationValue ? evaluator.environment.columns(relation.key) : undefined;
  // A relation has at least one column, whichever they are.
  if (!columns)
    return new Unknown(
      relation instanceof RelationValue
        ? `the columns of '${relation.relation.identifier}'`
        : 'the columns of a relation',
      1,
    );
  const types = new ColumnTypes(evaluator.environment.adapter);
  return new List(columns.map(column => columnValue(column.name, column.dataType, types)));
}

/** `adapter.dispatch('name', 'package')`: the macro as this adapter has it. */
function dispatch(args: CallArguments, site: Site): Value {
  const { evaluator } = site;
  const name = textArgument(args, 0, 'macro_name');
  if (name === undefined) return new Unknown('a macro whose name cannot be computed');
  const namespace = textArgument(args, 1, 'macro_namespace');
  const found = dispatchMacro(name, namespace, evaluator);
  if (found) return found;
  return new Callable(name, () => {
    const place = evaluator.place(site.node, site.frame);
    const unknown = namespace === undefined ? name : `${namespace}.${name}`;
    evaluator.unknownMacros.push({ name: unknown, file: place.file, span: { start: place.start, end: place.end } });
    return new Unknown(`macro '${unknown}'`);
  });
}

/** Package by package, in each the adapter's own form first and `default__` last. */
export function dispatchMacro(name: string, namespace: string | undefined, evaluator: Evaluator): Callable | undefined {
  const { environment } = evaluator;
  const isInternal = namespace === undefined || namespace === 'dbt';
  const packages = isInternal ? [''] : [...environment.dispatchOrder(namespace), namespace];
  for (const packageName of new Set(packages)) {
    for (const prefix of adapterPrefixes(environment.adapter)) {
      const full = `${prefix}__${name}`;
      const definition = environment.macro(packageName, full);
      if (definition) {
        return macroValue(evaluator, definition.node as MacroStatement, {
          package: definition.package,
          standIn: false,
        });
      }
      const home = packageName === '' ? 'dbt' : packageName;
      const standIn = findStandIn(home, full);
      if (standIn) return macroValue(evaluator, standIn, { package: home, standIn: true });
    }
  }
  return undefined;
}
