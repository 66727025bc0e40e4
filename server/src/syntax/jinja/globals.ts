/** The names dbt gives to every template. */

import { iterate } from './access.ts';
import { adapterThing, columnsOf, loadRelation } from './adapter.ts';
import { argument, isGiven, textArgument } from './arguments.ts';
import { columnClass } from './columns.ts';
import { configValue, readConfig } from './config.ts';
import type { Evaluator, Site } from './evaluator.ts';
import { diffOfDicts, fromJson, fromYamlScalar, makeRange, makeSet, zip } from './global-functions.ts';
import { md5 } from './md5.ts';
import { flag, modelPart, modelThing, targetThing } from './model-values.ts';
import { modulesThing } from './modules.ts';
import { noteQuery } from './output.ts';
import { fromPlain } from './plain.ts';
import { createRelation, refFunction, sourceFunction, thisRelation } from './relation-calls.ts';
import { EPHEMERAL_PREFIX } from './relation-methods.ts';
import { toJson, toText } from './represent.ts';
import {
  type CallArguments,
  Callable,
  Dict,
  effortOf,
  type Fault,
  hasUnknown,
  isText,
  List,
  Namespace,
  NOT_DEFINED,
  Thing,
  Tuple,
  textOf,
  Unknown,
  type Value,
} from './values.ts';

/** The value of a global name, or `NOT_DEFINED`. */
export function globalValue(name: string, evaluator: Evaluator): Value | typeof NOT_DEFINED {
  const make = Object.hasOwn(GLOBALS, name) ? GLOBALS[name] : undefined;
  return make ? make(evaluator) : NOT_DEFINED;
}

/** Names of all globals, for completion. */
export function globalNames(): readonly string[] {
  return [...Object.keys(GLOBALS), CONTEXT];
}

/** All that a template can name, by name: macros too, which is why it is made where those are looked up. */
export const CONTEXT = 'context';

type Make = (evaluator: Evaluator) => Value;

function callable(name: string, call: (args: CallArguments, site: Site) => Value | Fault): Make {
  return () =>
    new Callable(name, (args, site) => {
      let effort = 0;
      for (const value of args.positional) effort += effortOf(value);
      return site.evaluator.charge(effort) ? site.evaluator.settle(call(args, site), site) : new Unknown('too much');
    });
}

const unknownResult = (name: string, reason: string): Make => callable(name, () => new Unknown(reason));
const unknownValue =
  (reason: string): Make =>
  () =>
    new Unknown(reason);

const GLOBALS: { readonly [name: string]: Make } = {
  ref: refFunction,
  source: sourceFunction,
  this: thisRelation,
  config: configValue,
  var: varFunction,
  env_var: callable('env_var', (args, { evaluator }) => {
    evaluator.consulted.target = true;
    const name = textArgument(args, 0, 'var') ?? '?';
    return isGiven(args, 1, 'default')
      ? argument(args, 1, 'default')
      : new Unknown(`the environment variable '${name}'`);
  }),
  target: evaluator => targetThing(evaluator),
  adapter: adapterThing,
  api: evaluator => {
    const parts = new Map<string, Value>([
      ['Column', columnClass(evaluator.environment.adapter)],
      ['Relation', relationClass()],
    ]);
    return new Thing('api', name => parts.get(name));
  },
  Relation: () => relationClass(),
  return: callable('return', (args, { evaluator }) => {
    evaluator.returnValue(argument(args, 0, 'data', null));
    return '';
  }),
  is_incremental: callable('is_incremental', (_args, { evaluator }) => isIncremental(evaluator)),
  execute: () => true,
  log: callable('log', () => ''),
  print: callable('print', () => ''),
  debug: callable('debug', () => ''),
  exceptions: () => exceptionsThing(),
  modules: modulesThing,
  run_query: ranQuery('run_query', 'the result of run_query'),
  run_query_and_log: ranQuery('run_query_and_log', 'the result of a query'),
  statement: callable('statement', runStatement),
  noop_statement: callable('noop_statement', callAndForget),
  set_sql_header: callable('set_sql_header', callAndForget),
  load_result: unknownResult('load_result', 'the result of a query'),
  store_result: callable('store_result', () => ''),
  store_raw_result: callable('store_raw_result', () => ''),
  load_agate_table: unknownResult('load_agate_table', 'the rows of a seed'),
  get_columns_in_relation: callable('get_columns_in_relation', (args, { evaluator }) =>
    columnsOf(argument(args, 0, 'relation'), evaluator),
  ),
  get_columns_in_query: callable('get_columns_in_query', () => new Unknown('the columns of a query', 1)),
  get_column_schema_from_query: callable(
    'get_column_schema_from_query',
    () => new Unknown('the columns of a query', 1),
  ),
  load_relation: callable('load_relation', args => loadRelation(argument(args, 0, 'relation'))),
  load_cached_relation: callable('load_cached_relation', args => loadRelation(argument(args, 0, 'relation'))),
  get_relation_list: unknownResult('get_relation_list', 'the relations of a schema'),
  should_full_refresh: callable('should_full_refresh', (_args, { evaluator }) => {
    const configured = readConfig(evaluator, 'full_refresh');
    return configured === undefined || configured === null ? flag('FULL_REFRESH', evaluator) : configured;
  }),
  should_store_failures: callable('should_store_failures', (_args, { evaluator }) => {
    const configured = readConfig(evaluator, 'store_failures');
    return configured === undefined || configured === null ? false : configured;
  }),
  flags: evaluator =>
    new Thing(
      'flags',
      name => flag(name, evaluator),
      key => flag(toText(key), evaluator),
    ),
  model: evaluator => modelThing(evaluator),
  graph: () => new Unknown('the graph of the project'),
  builtins: evaluator => {
    const parts = Dict.of([
      ['ref', refFunction(evaluator)],
      ['source', sourceFunction(evaluator)],
      ['config', configValue(evaluator)],
    ]);
    return new Thing(
      'builtins',
      name => parts.get(name),
      key => parts.get(key),
    );
  },
  dbt_version: unknownValue('the version of dbt'),
  project_name: evaluator => evaluator.environment.projectName,
  schema: evaluator => modelPart(evaluator, 'schema'),
  database: evaluator => modelPart(evaluator, 'database'),
  invocation_id: unknownValue('the id of the run'),
  run_started_at: unknownValue('when the run started'),
  thread_id: unknownValue('the id of the thread'),
  invocation_args_dict: unknownValue('how dbt was called'),
  dbt_metadata_envs: unknownValue('the environment'),
  selected_resources: unknownValue('what was selected'),
  env: unknownValue('the environment'),
  sql: unknownValue('the compiled SQL'),
  compiled_code: unknownValue('the compiled SQL'),
  pre_hooks: unknownValue('the hooks'),
  post_hooks: unknownValue('the hooks'),
  defer_relation: () => null,
  validation: () => new Unknown('a validation'),
  write: callable('write', () => ''),
  render: unknownResult('render', 'rendered text'),
  try_or_compiler_error: callable('try_or_compiler_error', (args, site) => {
    const run = args.positional[1];
    return run instanceof Callable
      ? run.call({ ...args, positional: args.positional.slice(2) }, site)
      : new Unknown('a result');
  }),
  submit_python_job: unknownResult('submit_python_job', 'the result of a Python job'),
  metric: unknownResult('metric', 'a metric'),
  doc: unknownResult('doc', 'documentation'),
  tojson: callable('tojson', args => {
    const value = argument(args, 0, 'value');
    const text = value instanceof Unknown ? undefined : toJson(value, argument(args, 2, 'sort_keys', false) === true);
    return (
      text ?? (value instanceof Unknown ? value : argument(args, 1, 'default', new Unknown('the JSON of a value')))
    );
  }),
  fromjson: callable('fromjson', args => fromJson(args)),
  toyaml: unknownResult('toyaml', 'YAML text'),
  fromyaml: callable('fromyaml', args => fromYamlScalar(args)),
  local_md5: callable('local_md5', (args, { evaluator }) => {
    const value = argument(args, 0, 'value');
    if (value instanceof Unknown) return value;
    const text = toText(value);
    evaluator.charge(text.length * 10);
    return hasUnknown(text) ? new Unknown('the hash of a value that cannot be computed') : md5(text);
  }),
  set: callable('set', (args, { evaluator }) => makeSet(args, evaluator)),
  set_strict: callable('set_strict', (args, { evaluator }) => makeSet(args, evaluator)),
  zip: callable('zip', (args, { evaluator }) => zip(args, evaluator)),
  zip_strict: callable('zip_strict', (args, { evaluator }) => zip(args, evaluator)),
  range: callable('range', args => makeRange(args)),
  dict: callable('dict', (args, { evaluator }) => {
    const dict = new Dict();
    dict.open = args.open || args.positional[0] instanceof Unknown;
    const first = args.positional[0];
    if (first instanceof Dict) for (const [key, value] of first.entries.values()) dict.set(key, value);
    else if (first !== undefined && !(first instanceof Unknown)) {
      for (const pair of iterate(first, evaluator) ?? [])
        if (pair instanceof Tuple || pair instanceof List) dict.set(pair.items[0], pair.items[1]);
    }
    for (const [key, value] of args.keywords) dict.set(key, value);
    return dict;
  }),
  namespace: callable('namespace', args => {
    const first = args.positional[0];
    const values = new Map<string, Value>(
      first instanceof Dict ? [...first.entries.values()].map(([key, value]) => [toText(key), value]) : [],
    );
    for (const [key, value] of args.keywords) values.set(key, value);
    return new Namespace(values);
  }),
  cycler: unknownResult('cycler', 'a cycler'),
  joiner: callable('joiner', args => {
    let used = false;
    const separator = argument(args, 0, 'sep', ', ');
    return new Callable('joiner', () => {
      const now = used ? separator : '';
      used = true;
      return now;
    });
  }),
  lipsum: unknownResult('lipsum', 'filler text'),
  diff_of_two_dicts: callable('diff_of_two_dicts', args => diffOfDicts(args)),
  store: unknownValue('a stored value'),
  select: unknownValue('a selection'),
};

/** The block's text is evaluated for its refs, but it is a query for the warehouse, not output. */
function ranQuery(name: string, reason: string): Make {
  return callable(name, (args, site) => {
    noteQuery(site.evaluator, argument(args, 0, 'sql'), site);
    return new Unknown(reason);
  });
}

/** `{% call statement(…) %}`: runs what the block writes. */
function runStatement(args: CallArguments, site: Site): Value {
  const caller = args.keywords.get('caller');
  if (caller instanceof Callable)
    noteQuery(site.evaluator, caller.call({ positional: [], keywords: new Map(), open: false }, site), site);
  return '';
}

function callAndForget(args: CallArguments, site: Site): Value {
  const caller = args.keywords.get('caller');
  if (caller instanceof Callable) caller.call({ positional: [], keywords: new Map(), open: false }, site);
  return '';
}

/** Materializations in which dbt's is_incremental() is always false. */
const NEVER_INCREMENTAL: ReadonlySet<string> = new Set([
  'view',
  'table',
  'ephemeral',
  'materialized_view',
  'seed',
  'snapshot',
  'test',
]);

function isIncremental(evaluator: Evaluator): Value {
  evaluator.noteExecution();
  evaluator.consulted.incremental = true;
  const materialized = readConfig(evaluator, 'materialized');
  if (isText(materialized) && NEVER_INCREMENTAL.has(textOf(materialized))) return false;
  const fullRefresh = readConfig(evaluator, 'full_refresh');
  if (fullRefresh === true) return false;
  evaluator.dependsOnIncremental = true;
  return evaluator.world.incremental;
}

function varFunction(evaluator: Evaluator): Value {
  const lookup = (args: CallArguments, site: Site): Value => {
    const nameValue = argument(args, 0, 'var_name');
    if (!isText(nameValue) || hasUnknown(textOf(nameValue))) return new Unknown('a var whose name cannot be computed');
    const name = textOf(nameValue);
    const answer = evaluator.environment.variable(name);
    if (answer.found) return fromPlain(answer.value, `var '${name}'`);
    if (isGiven(args, 1, 'default')) return argument(args, 1, 'default');
    const place = evaluator.place(site.node, site.frame);
    evaluator.unknownVars.push({ name, file: place.file, span: { start: place.start, end: place.end } });
    return new Unknown(`var '${name}'`);
  };
  return new Callable(
    'var',
    lookup,
    new Map<string, Value>([
      [
        'has_var',
        new Callable('has_var', args => evaluator.environment.variable(textArgument(args, 0, 'var_name') ?? '').found),
      ],
    ]),
  );
}

function exceptionsThing(): Thing {
  const raise = new Callable('raise_compiler_error', (args, site) => {
    const message = argument(args, 0, 'msg');
    site.evaluator.fault(
      `The template raises: ${(message instanceof Unknown ? 'an error' : toText(message).trim()) || 'an error'}`,
      site.node,
      site.frame,
    );
    return new Unknown('a raised error');
  });
  // What a project warns of where no adapter is named is mostly "not for this adapter": the real one may write anything.
  const warn = new Callable('warn', (_args, site) =>
    site.evaluator.environment.adapter === 'ansi' ? new Unknown('what the adapter decides') : '',
  );
  return new Thing('exceptions', name => (name === 'warn' || name === 'warn_once' ? warn : raise));
}

function relationClass(): Thing {
  const parts = new Map<string, Value>([
    ['create', new Callable('create', createRelation)],
    [
      'add_ephemeral_prefix',
      new Callable('add_ephemeral_prefix', args => `${EPHEMERAL_PREFIX}${toText(argument(args, 0, 'name'))}`),
    ],
    ['Table', 'table'],
    ['View', 'view'],
    ['CTE', 'cte'],
    ['External', 'external'],
    ['MaterializedView', 'materialized_view'],
  ]);
  return new Thing('Relation', name => parts.get(name) ?? new Unknown(`Relation.${name}`));
}
