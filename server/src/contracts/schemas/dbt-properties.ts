/**
 * dbt's properties files (`schema.yml` by any name), as dbt 1.8 to 1.11 and 2.0 read them. Maps are open: dbt passes over what
 * it does not know, and which word is a misspelt key is said elsewhere. `examples` where a project may have values of its own.
 */

import { choice, DRAFT_7, flag, integer, list, mapOf, open, ref, type Schema, text, texts } from './schema.ts';

const TEXTS = (description: string): Schema => ({ type: ['string', 'array'], items: { type: 'string' }, description });
const META: Schema = { type: 'object', description: 'What other tools read; dbt passes it on.' };
const TESTS = (description: string): Schema => list({ type: ['string', 'object'] }, description);
const NAME = (what: string): Schema => text(`Name of the ${what}.`);

const DOCS = open(
  {
    show: flag('Is it shown in the documentation?'),
    node_color: text('Colour in the picture of the project.'),
  },
  { description: 'How it appears in the documentation.' },
);

const COMMON: { readonly [key: string]: Schema } = {
  description: text('What it is; shown in the documentation.'),
  meta: META,
  tags: TEXTS('Labels to select by.'),
  docs: DOCS,
  data_tests: TESTS('Checks of the rows: unique, not_null, or one with arguments.'),
  tests: TESTS('Old name of data_tests.'),
};

const CONTRACT = open(
  {
    enforced: flag('Does the build fail when columns or types differ from those listed?'),
    alias_types: flag("Are dbt's names of types translated to those of the warehouse?", { default: true }),
  },
  { description: 'Columns and types that dbt holds the model to.' },
);

const PERIOD = choice(['minute', 'hour', 'day'], 'Unit of the count.');
const AFTER = (description: string): Schema => ({
  ...open({ count: integer('How many periods.', { minimum: 0 }), period: PERIOD }),
  description,
});

const FRESHNESS: Schema = {
  ...open({
    warn_after: AFTER('Age at which dbt warns.'),
    error_after: AFTER('Age at which dbt fails.'),
    filter: text('Condition of the rows looked at.'),
    build_after: { type: 'object', description: 'When the model is built again (dbt 2.0 and platform).' },
  }),
  description: 'How old the data may be.',
};

const CONFIG: { readonly [key: string]: Schema } = {
  enabled: flag('Is it part of the project?', { default: true }),
  tags: COMMON['tags'] as Schema,
  meta: META,
  docs: DOCS,
  group: text('Group it belongs to.'),
  alias: text('Name in the warehouse.'),
  schema: text('Schema it is built in.'),
  database: text('Database it is built in.'),
  event_time: text('Column that tells when a row happened.'),
  quoting: { type: 'object', description: 'Which parts of the name are quoted.' },
};

const MODEL_CONFIG = open(
  {
    ...CONFIG,
    materialized: text('How it is built.', {
      examples: ['view', 'table', 'incremental', 'ephemeral', 'materialized_view'],
    }),
    contract: CONTRACT,
    access: text('Who may refer to it.', { examples: ['private', 'protected', 'public'] }),
    on_schema_change: choice(
      ['ignore', 'fail', 'append_new_columns', 'sync_all_columns'],
      'Incremental models: what happens when the columns change.',
    ),
    unique_key: TEXTS('Incremental models: columns that tell which row a row replaces.'),
    incremental_strategy: text('Incremental models: how rows are written.', {
      examples: ['append', 'merge', 'delete+insert', 'insert_overwrite', 'microbatch'],
    }),
    full_refresh: flag('Does --full-refresh rebuild it?'),
    grants: { type: 'object', description: 'Who may read it in the warehouse.' },
    persist_docs: open(
      { relation: flag('Is the description written to the table?'), columns: flag('And those of its columns?') },
      { description: 'Whether descriptions are written to the warehouse.' },
    ),
    freshness: FRESHNESS,
  },
  { description: 'Settings; also possible in the model itself and in dbt_project.yml.' },
);

const SNAPSHOT_CONFIG = open(
  {
    ...CONFIG,
    unique_key: TEXTS('Columns that tell rows apart.'),
    strategy: text('How a change is seen.', { examples: ['timestamp', 'check'] }),
    updated_at: text('Column that tells when a row changed.'),
    check_cols: { type: ['string', 'array'], items: { type: 'string' }, description: 'Columns compared, or all.' },
    hard_deletes: text('What happens to rows that are gone.', { examples: ['ignore', 'invalidate', 'new_record'] }),
    invalidate_hard_deletes: flag('Old form of hard_deletes.', { deprecationMessage: 'Use hard_deletes.' }),
    dbt_valid_to_current: text('Value of dbt_valid_to in the current version.'),
    snapshot_meta_column_names: mapOf({ type: 'string' }, 'Names of the columns that dbt adds.'),
    target_schema: text('Old form of schema.'),
    target_database: text('Old form of database.'),
  },
  { description: 'Settings of the snapshot.' },
);

const CONSTRAINT: Schema = open(
  {
    type: choice(['not_null', 'unique', 'primary_key', 'foreign_key', 'check', 'custom'], 'Kind of constraint.'),
    name: text('Name in the warehouse.'),
    expression: text('The rest of the constraint, as SQL.'),
    columns: texts('Columns of a constraint of the whole model.'),
    to: text("Foreign keys: what it leads to, ref('…') or source('…', '…')."),
    to_columns: texts('Foreign keys: columns it leads to.'),
    warn_unenforced: flag('Does dbt warn where the warehouse does not enforce it?'),
    warn_unsupported: flag('Does dbt warn where the warehouse does not know it?'),
  },
  { required: ['type'] },
);

const COLUMN: Schema = open(
  {
    name: NAME('column'),
    ...COMMON,
    data_type: text('Type in the warehouse.'),
    quote: flag('Is the name quoted?'),
    constraints: list(CONSTRAINT, 'Constraints of the warehouse.'),
    config: { type: 'object', description: 'Settings of the column.' },
    policy_tags: texts('BigQuery: policy tags.'),
  },
  { required: ['name'] },
);

const COLUMNS = list(ref('Column'), 'The columns.');

const VERSION: Schema = open(
  {
    v: { type: ['integer', 'number', 'string'], description: 'The version.' },
    defined_in: text('File that makes it, without .sql.'),
    description: text('What is new.'),
    access: text('Who may refer to it.'),
    config: { type: 'object', description: 'Settings of this version.' },
    // `include: all`, `exclude: […]` stand among the columns.
    columns: { type: 'array', description: 'Columns of this version: include, exclude, and those that differ.' },
    constraints: list(CONSTRAINT, 'Constraints of this version.'),
    deprecation_date: text('Day it goes.'),
    data_tests: COMMON['data_tests'] as Schema,
    tests: COMMON['tests'] as Schema,
  },
  { required: ['v'] },
);

const MODEL: Schema = open(
  {
    name: NAME('model'),
    ...COMMON,
    config: MODEL_CONFIG,
    access: choice(['private', 'protected', 'public'], 'Who may refer to it.'),
    group: text('Group it belongs to.'),
    columns: COLUMNS,
    constraints: list(CONSTRAINT, 'Constraints of several columns.'),
    versions: list(VERSION, 'Versions of the model that exist at once.'),
    latest_version: { type: ['integer', 'number', 'string'], description: 'Version that ref() without one gets.' },
    deprecation_date: text('Day it goes.'),
    time_spine: { type: 'object', description: 'Columns of a time spine.' },
    freshness: FRESHNESS,
    semantic_model: { type: ['object', 'boolean'], description: 'Its semantic model (dbt 2.0).' },
    metrics: { type: 'array', description: 'Its metrics (dbt 2.0).' },
    derived_semantics: { type: 'object', description: 'Dimensions and entities made of expressions (dbt 2.0).' },
    agg_time_dimension: text('Time dimension of its metrics (dbt 2.0).'),
    primary_entity: text('Name of its primary entity (dbt 2.0).'),
  },
  { required: ['name'] },
);

const TABLE: Schema = open(
  {
    name: NAME('table'),
    ...COMMON,
    identifier: text('Name in the warehouse.'),
    loader: text('What loads it.'),
    loaded_at_field: text('Column that tells when a row was loaded.'),
    loaded_at_query: text('Query that tells when the newest row was loaded.'),
    freshness: FRESHNESS,
    quoting: { type: 'object', description: 'Which parts of the name are quoted.' },
    external: { type: ['object', 'boolean'], description: 'Settings of an external table.' },
    columns: COLUMNS,
    config: { type: 'object', description: 'Settings of the table.' },
  },
  { required: ['name'] },
);

const SOURCE: Schema = open(
  {
    name: NAME('source'),
    ...COMMON,
    database: text('Database it lies in.'),
    schema: text('Schema it lies in; the name of the source unless told.'),
    loader: text('What loads it.'),
    loaded_at_field: text('Column that tells when a row was loaded.'),
    loaded_at_query: text('Query that tells when the newest row was loaded.'),
    freshness: FRESHNESS,
    quoting: open(
      {
        database: flag('Is the database quoted?'),
        schema: flag('Is the schema quoted?'),
        identifier: flag('Is the table quoted?'),
      },
      { description: 'Which parts of the name are quoted.' },
    ),
    overrides: text('Package whose source this one replaces.'),
    tables: list(TABLE, 'Its tables.'),
    config: { type: 'object', description: 'Settings of the source.' },
  },
  { required: ['name'] },
);

const OWNER = open(
  {
    name: text('Person or team.'),
    email: { type: ['string', 'array'], items: { type: 'string' }, description: 'Address.' },
  },
  { description: 'Who is responsible.' },
);

const EXPOSURE: Schema = open(
  {
    name: NAME('exposure'),
    description: text('What it shows.'),
    type: choice(['dashboard', 'notebook', 'analysis', 'ml', 'application'], 'Kind of use.'),
    label: text('Name for people.'),
    url: text('Where it is.'),
    maturity: choice(['high', 'medium', 'low'], 'How much it is relied on.'),
    owner: OWNER,
    depends_on: list({ type: 'string' }, "What it reads: ref('…'), source('…', '…'), metric('…')."),
    meta: META,
    tags: COMMON['tags'] as Schema,
    config: { type: 'object', description: 'Settings of the exposure.' },
  },
  { required: ['name', 'type', 'owner'] },
);

const MACRO: Schema = open(
  {
    name: NAME('macro'),
    description: text('What it does.'),
    docs: DOCS,
    meta: META,
    arguments: list(
      open(
        { name: NAME('argument'), type: text('Its type.'), description: text('What it is.') },
        { required: ['name'] },
      ),
      'Its arguments.',
    ),
    config: { type: 'object', description: 'Settings of the macro.' },
  },
  { required: ['name'] },
);

const ROWS: { readonly [key: string]: Schema } = {
  format: choice(['dict', 'csv', 'sql'], 'How the rows are written.', { default: 'dict' }),
  rows: { type: ['array', 'string'], description: 'The rows.' },
  fixture: text('File with the rows.'),
};

const UNIT_TEST: Schema = open(
  {
    name: NAME('test'),
    description: text('What is tested.'),
    model: text('Model under test.'),
    given: list(
      open(
        { input: text("What the model reads: ref('…'), source('…', '…'), this."), ...ROWS },
        { required: ['input'] },
      ),
      'What the model reads.',
    ),
    expect: open(ROWS, { description: 'What it must deliver.' }),
    overrides: open(
      {
        macros: { type: 'object', description: 'Results of macros.' },
        vars: { type: 'object', description: 'Values of vars.' },
        env_vars: { type: 'object', description: 'Values of environment variables.' },
      },
      { description: 'What is different in the test.' },
    ),
    config: { type: 'object', description: 'Settings of the test.' },
    versions: { type: 'object', description: 'Versions of the model that are tested.' },
  },
  { required: ['name', 'model', 'given', 'expect'] },
);

const SEMANTIC_MODEL: Schema = open(
  {
    name: NAME('semantic model'),
    description: text('What it is.'),
    label: text('Name for people.'),
    model: text("Model it describes: ref('…')."),
    defaults: open({ agg_time_dimension: text('Time dimension of its measures.') }, { description: 'Defaults.' }),
    primary_entity: text('Entity it is about, when no column is its key.'),
    entities: list(
      open(
        {
          name: NAME('entity'),
          type: choice(['primary', 'foreign', 'natural', 'unique'], 'What the key is to the model.'),
          expr: text('Column or expression of the key.'),
          description: text('What it is.'),
        },
        { required: ['name', 'type'] },
      ),
      'Keys to join by.',
    ),
    dimensions: list(
      open(
        {
          name: NAME('dimension'),
          type: choice(['categorical', 'time'], 'Kind of dimension.'),
          expr: text('Column or expression.'),
          type_params: open({
            time_granularity: text('Finest grain.', { examples: ['hour', 'day', 'week', 'month', 'quarter', 'year'] }),
            validity_params: open({
              is_start: flag('Does it begin the validity of a version?'),
              is_end: flag('Does it end the validity of a version?'),
            }),
          }),
          is_partition: flag('Is the table partitioned by it?'),
          label: text('Name for people.'),
          description: text('What it is.'),
        },
        { required: ['name', 'type'] },
      ),
      'What to group and filter by.',
    ),
    measures: list(
      open(
        {
          name: NAME('measure'),
          agg: choice(
            ['sum', 'max', 'min', 'average', 'median', 'count_distinct', 'percentile', 'sum_boolean', 'count'],
            'How it is summed up.',
          ),
          expr: { type: ['string', 'number'], description: 'Column or expression.' },
          agg_params: { type: 'object', description: 'Percentile and its kind.' },
          agg_time_dimension: text('Time dimension of the measure.'),
          create_metric: flag('Is a metric made of it?'),
          label: text('Name for people.'),
          description: text('What it is.'),
          non_additive_dimension: open(
            {
              name: text('Time dimension it must not be summed over.'),
              window_choice: choice(['min', 'max'], 'Which end of the window counts.'),
              window_groupings: texts('Entities that windows are made for.'),
            },
            { description: 'Dimension it must not be summed over.' },
          ),
        },
        { required: ['name', 'agg'] },
      ),
      'What is counted and summed.',
    ),
  },
  { required: ['name', 'model'] },
);

const METRIC: Schema = {
  ...open(
    {
      name: NAME('metric'),
      description: text('What it is.'),
      label: text('Name for people.'),
      type: text('Kind of metric.', { examples: ['simple', 'ratio', 'cumulative', 'derived', 'conversion'] }),
      type_params: { type: 'object', description: 'What it is computed from.' },
      filter: { type: ['string', 'array'], description: 'Rows that count.' },
      time_granularity: text('Grain of time unless told.'),
      config: { type: 'object', description: 'Settings of the metric.' },
    },
    { required: ['name'] },
  ),
};

const GROUP: Schema = open(
  { name: NAME('group'), owner: OWNER, description: text('What belongs to it.') },
  { required: ['name', 'owner'] },
);

const named = (what: string): Schema => open({ name: NAME(what), ...COMMON }, { required: ['name'] });

export const DBT_PROPERTIES_SCHEMA: Schema = {
  $schema: DRAFT_7,
  $comment: 'dbt 1.8 to 1.11 and 2.0',
  title: 'dbt properties',
  description: 'What dbt is told of models, sources, seeds, snapshots and the rest.',
  ...open({
    version: { type: ['integer', 'number', 'string'], description: 'Version of the format: 2.' },
    models: list(MODEL, 'Models.'),
    sources: list(SOURCE, 'Tables that something else loads.'),
    seeds: list(
      open(
        { name: NAME('seed'), ...COMMON, columns: COLUMNS, config: { type: 'object', description: 'Settings.' } },
        { required: ['name'] },
      ),
      'CSV files that dbt loads.',
    ),
    snapshots: list(
      open(
        {
          name: NAME('snapshot'),
          ...COMMON,
          relation: text("What it reads: ref('…') or source('…', '…')."),
          columns: COLUMNS,
          config: SNAPSHOT_CONFIG,
        },
        { required: ['name'] },
      ),
      'Tables whose history dbt keeps.',
    ),
    analyses: list(named('analysis'), 'Queries that are compiled and not run.'),
    exposures: list(EXPOSURE, 'Who reads models outside of dbt.'),
    macros: list(MACRO, 'Macros.'),
    unit_tests: list(UNIT_TEST, 'Tests of models with rows made for them.'),
    semantic_models: list(SEMANTIC_MODEL, 'Models as the semantic layer sees them.'),
    metrics: list(METRIC, 'Metrics of the semantic layer.'),
    saved_queries: list(
      open(
        {
          name: NAME('query'),
          description: text('What it answers.'),
          label: text('Name for people.'),
          query_params: { type: 'object', description: 'Metrics, what to group by, and filters.' },
          exports: { type: 'array', description: 'Tables it is written to.' },
        },
        { required: ['name'] },
      ),
      'Queries of the semantic layer.',
    ),
    groups: list(GROUP, 'Groups of models with an owner.'),
    data_tests: list(named('test'), 'Tests that are files of their own.'),
    tests: { description: 'Nothing that dbt reads here: see data_tests.' },
    functions: list(open({ name: NAME('function') }, { required: ['name'] }), 'Functions of the warehouse (dbt 1.11).'),
    anchors: { description: 'Values that others refer to with aliases (dbt 1.10).' },
  }),
  definitions: { Column: COLUMN },
};
