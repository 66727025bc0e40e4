import { nearest } from '../../base/nearest.ts';
import { baseName } from '../../base/uri.ts';
import { entryOf, itemsOf } from '../../syntax/yaml/access.ts';
import type { YamlEntry, YamlMap, YamlNode } from '../../syntax/yaml/tree.ts';
import { defineRule, type RuleContext, type RuleFix, replace, safe, suggest } from '../rule.ts';

export default defineRule({
  summary: 'A misspelt key in a dbt YAML file, or a key that stands in the wrong place.',
  why: 'dbt passes over keys it does not know: the description stays empty, the tests never run, the setting has no effect.',
  details:
    'Fires for keys that are one or two letters away from one that dbt knows there and that is not yet given, for `type` in a column (dbt reads `data_type`; said once a file), for `columns` inside a column, for `tests` at the top of a file, and for settings such as `materialized` that stand beside `config` instead of under it. Other keys of your own are left alone.',
  severity: 'warning',
  on: 'yaml:file',
  check({ documents }, { project, file, report }) {
    if (!project || baseName(file) === 'dbt_project.yml') return;
    for (const { root } of documents) {
      if (root?.kind !== 'map' || !isProperties(root)) continue;
      const maps = mapsOf(root);
      reportTypes(maps, report);
      reportLooseTests(root, report);
      for (const { map, level } of maps) {
        for (const entry of map.entries) {
          const complaint = complaintAbout(entry, map, level);
          if (complaint) report(entry.key.span, complaint.message, { fixes: complaint.fixes });
        }
      }
    }
  },
  examples: {
    'misspelt keys': `
      //- models/schema.yml
      models:
        - name: orders
          desciption: One row per order.
          ^^^^^^^^^^ warning: Did you mean 'description'?
          columns:
            - name: order_id
              data_test: [unique]
              ^^^^^^^^^ dbt does not know the key 'data_test'
      -> Change to 'description'
      //- models/schema.yml
      models:
        - name: orders
          description: One row per order.
          columns:
            - name: order_id
              data_test: [unique]
      -> Change to 'data_tests'
      //- models/schema.yml
      models:
        - name: orders
          desciption: One row per order.
          columns:
            - name: order_id
              data_tests: [unique]
    `,
    'the type of a column': `
      //- models/schema.yml
      sources:
        - name: shop
          tables:
            - name: orders
              columns:
                - name: order_id
                  type: integer
                  ^^^^ dbt reads the type of a column from 'data_type'
      ->
      //- models/schema.yml
      sources:
        - name: shop
          tables:
            - name: orders
              columns:
                - name: order_id
                  data_type: integer
    `,
    'a setting beside config, columns inside a column': `
      //- models/schema.yml
      models:
        - name: orders
          materialized: table
          ^^^^^^^^^^^^ dbt reads 'materialized' under 'config' only
          columns:
            - name: order_id
              columns:
              ^^^^^^^ 'columns' stands inside a column
                - name: status
    `,
    'tests of a model that stand beside all models': `
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: order_id
      tests:
      ^^^^^ warning: dbt passes over 'tests' at the top of a file: these 2 tests never run.
        - dbt_utils.expression_is_true:
            expression: amount >= 0
        - unique
    `,
    'notes on tests that are files': `
      //- models/schema.yml
      models:
        - name: orders
      tests:
      ^^^^^ At the top of a file dbt reads 'data_tests'
        - name: orders_have_lines
          description: No order is empty.
      ->
      //- models/schema.yml
      models:
        - name: orders
      data_tests:
        - name: orders_have_lines
          description: No order is empty.
    `,
    'keys that dbt knows, and keys of your own': `
      //- models/schema.yml
      version: 2
      models:
        - name: orders
          description: One row per order.
          config: { materialized: table, metas: {} }
          mapping_instructions: ask
          docs: { show: false }
          columns:
            - name: order_id
              data_type: integer
              note: the key
              meta: { desciption: x }
      sources:
        - name: shop
          loaded_at_field: at
          tables:
            - name: orders
              identifier: ORDERS
    `,
    'not a file of dbt': `
      //- contracts/orders.yml
      models:
        orders:
          desciption: One row per order.
    `,
  },
});

type Level = 'top' | 'model' | 'column' | 'source' | 'table' | 'exposure' | 'macro' | 'argument';

const SHARED = ['name', 'description', 'meta', 'tags', 'config', 'docs'];
const TESTED = ['tests', 'data_tests'];

/** Keys that dbt reads at each level; those that only some versions read too. */
const KNOWN_LISTS: { readonly [L in Level]: readonly string[] } = {
  top: [
    'version',
    'models',
    'sources',
    'seeds',
    'snapshots',
    'macros',
    'exposures',
    'analyses',
    ...TESTED,
    'unit_tests',
    'semantic_models',
    'metrics',
    'saved_queries',
    'groups',
    'functions',
  ],
  model: [
    ...SHARED,
    ...TESTED,
    'columns',
    'constraints',
    'contract',
    'access',
    'group',
    'enabled',
    'versions',
    'latest_version',
    'deprecation_date',
    'time_spine',
    'relation',
    'quote_columns',
    'semantic_model',
    'metrics',
    'freshness',
  ],
  column: [
    ...SHARED,
    ...TESTED,
    'data_type',
    'quote',
    'constraints',
    'granularity',
    'policy_tags',
    'dimension',
    'entity',
    'label',
  ],
  source: [
    ...SHARED,
    ...TESTED,
    'database',
    'schema',
    'loader',
    'loaded_at_field',
    'loaded_at_query',
    'freshness',
    'quoting',
    'overrides',
    'tables',
    'enabled',
  ],
  table: [
    ...SHARED,
    ...TESTED,
    'columns',
    'identifier',
    'loader',
    'loaded_at_field',
    'loaded_at_query',
    'freshness',
    'quoting',
    'external',
    'constraints',
    'enabled',
    'schema',
    'database',
  ],
  exposure: [...SHARED, 'type', 'url', 'maturity', 'owner', 'depends_on', 'label', 'enabled'],
  macro: [...SHARED, 'arguments'],
  argument: ['name', 'type', 'description'],
};

const KNOWN = new Map(Object.entries(KNOWN_LISTS).map(([level, keys]) => [level, new Set(keys)]));

/** Settings of models and their like that dbt reads under `config` only. */
const CONFIG_ONLY = new Set([
  'materialized',
  'unique_key',
  'incremental_strategy',
  'on_schema_change',
  'partition_by',
  'cluster_by',
  'pre-hook',
  'post-hook',
  'pre_hook',
  'post_hook',
  'full_refresh',
  'persist_docs',
]);

function complaintAbout(
  entry: YamlEntry,
  map: YamlMap,
  level: Level,
): { readonly message: string; readonly fixes: readonly RuleFix[] } | undefined {
  const { key, value } = entry;
  const word = key.text;
  if (KNOWN.get(level)?.has(word) || key.hasJinja || !/^[A-Za-z][\w-]*$/.test(word)) return undefined;
  if (isTypeOfColumn(entry, level)) return undefined;
  if (level === 'column' && word === 'columns' && value.kind === 'list') {
    return {
      message: "'columns' stands inside a column, so dbt never sees these columns. Move them out to the other columns.",
      fixes: [],
    };
  }
  if (level === 'model' && CONFIG_ONLY.has(word)) {
    return {
      message: `dbt reads '${word}' under 'config' only: here it has no effect. Move it under 'config'.`,
      fixes: [],
    };
  }
  // Two letters of a short word are another word: `note` is no misspelt `name`.
  const free = KNOWN_LISTS[level].filter(known => !entryOf(map, known));
  const near = nearest(word, free, word.length < 8 ? 1 : 2);
  if (near === undefined || near.length < 4) return undefined;
  const edit = replace(key.span, near);
  const title = `Change to '${near}'`;
  return {
    message: `dbt does not know the key '${word}' here and passes over it. Did you mean '${near}'?`,
    // A description changes no result; a test that begins to run may fail.
    fixes: [near === 'description' ? safe(title, edit) : suggest(title, edit)],
  };
}

function isTypeOfColumn({ key, value }: YamlEntry, level: Level): boolean {
  return level === 'column' && key.text === 'type' && value.kind === 'scalar';
}

/** dbt reads `tests` of a model or column; at the top of a file it reads `data_tests`, the notes on tests that are files. */
function reportLooseTests(root: YamlMap, report: RuleContext['report']): void {
  const entry = entryOf(root, 'tests');
  const items = itemsOf(root, 'tests');
  if (!entry || items.length === 0) return;
  const isNamed = items.every(item => item.kind === 'map' && entryOf(item, 'name'));
  if (isNamed && !entryOf(root, 'data_tests')) {
    report(entry.key.span, "At the top of a file dbt reads 'data_tests' and passes over 'tests'. Rename the key.", {
      fixes: [suggest("Change to 'data_tests'", replace(entry.key.span, 'data_tests'))],
    });
  } else if (!isNamed) {
    const count = items.length === 1 ? 'this test never runs' : `these ${items.length} tests never run`;
    const move = "Move the list into the model that it tests, with 'tests' beside 'columns'.";
    report(entry.key.span, `dbt passes over 'tests' at the top of a file: ${count}. ${move}`);
  }
}

/** Whoever writes `type` once writes it everywhere: it is said once a file. */
function reportTypes(maps: ReturnType<typeof mapsOf>, report: RuleContext['report']): void {
  const entries: { readonly map: YamlMap; readonly key: YamlEntry['key'] }[] = [];
  for (const { map, level } of maps) {
    for (const entry of map.entries) if (isTypeOfColumn(entry, level)) entries.push({ map, key: entry.key });
  }
  const [first] = entries;
  if (!first) return;
  const edits = entries
    .filter(({ map }) => !entryOf(map, 'data_type'))
    .map(({ key }) => replace(key.span, 'data_type'));
  const places = entries.length === 1 ? '' : ` (${entries.length} places in this file)`;
  report(
    first.key.span,
    `dbt reads the type of a column from 'data_type' and passes over 'type'${places}. Rename the key.`,
    { fixes: edits.length > 0 ? [suggest("Change to 'data_type'", ...edits)] : [] },
  );
}

/** Files that describe dbt's own things; a list of named entries tells. */
function isProperties(root: YamlMap): boolean {
  return ['models', 'sources', 'seeds', 'snapshots', 'exposures', 'macros'].some(section =>
    itemsOf(root, section).some(item => entryOf(item, 'name') !== undefined),
  );
}

function mapsOf(root: YamlMap): readonly { readonly map: YamlMap; readonly level: Level }[] {
  const found: { map: YamlMap; level: Level }[] = [{ map: root, level: 'top' }];
  const add = (node: YamlNode | undefined, section: string, level: Level): readonly YamlMap[] => {
    const maps = itemsOf(node, section).filter((one): one is YamlMap => one.kind === 'map');
    for (const map of maps) found.push({ map, level });
    return maps;
  };
  for (const section of ['models', 'seeds', 'snapshots'])
    for (const model of add(root, section, 'model')) add(model, 'columns', 'column');
  for (const source of add(root, 'sources', 'source'))
    for (const table of add(source, 'tables', 'table')) add(table, 'columns', 'column');
  add(root, 'exposures', 'exposure');
  for (const macro of add(root, 'macros', 'macro')) add(macro, 'arguments', 'argument');
  return found;
}
