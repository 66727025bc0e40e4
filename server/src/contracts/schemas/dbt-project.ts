/** dbt's other files: dbt_project.yml, selectors.yml, packages.yml and dependencies.yml, as dbt 1.8 to 1.11 and 2.0 read them. */

import { choice, DRAFT_7, flag, list, open, ref, type Schema, text, texts } from './schema.ts';

const TREE = (what: string): Schema => ({
  type: 'object',
  description: `Settings of ${what}, by package and folder; a setting begins with +.`,
});
const HOOKS = (description: string): Schema => ({ type: ['string', 'array'], description });

export const DBT_PROJECT_SCHEMA: Schema = {
  $schema: DRAFT_7,
  $comment: 'dbt 1.8 to 1.11 and 2.0',
  title: 'dbt project',
  description: 'Settings of a dbt project.',
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: text('Name of the project, in letters, digits and underscores.', {
      pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
      examples: ['my_project'],
    }),
    version: { type: ['string', 'number'], description: 'Version of the project.' },
    'config-version': { type: ['integer', 'number'], description: 'Version of the format: 2.' },
    profile: text('Profile that says how to connect.'),
    'model-paths': texts('Folders of models.'),
    'seed-paths': texts('Folders of seeds.'),
    'test-paths': texts('Folders of tests.'),
    'analysis-paths': texts('Folders of analyses.'),
    'macro-paths': texts('Folders of macros.'),
    'snapshot-paths': texts('Folders of snapshots.'),
    'docs-paths': texts('Folders of documentation blocks.'),
    'asset-paths': texts('Folders of pictures for the documentation.'),
    'function-paths': texts('Folders of functions (dbt 1.11).'),
    'source-paths': texts('Old name of model-paths.', { deprecationMessage: 'Use model-paths.' }),
    'data-paths': texts('Old name of seed-paths.', { deprecationMessage: 'Use seed-paths.' }),
    'modules-path': text('Old name of packages-install-path.', { deprecationMessage: 'Use packages-install-path.' }),
    'target-path': text('Folder that dbt writes to.'),
    'log-path': text('Folder of logs.', { deprecationMessage: 'Set it by flag or environment variable.' }),
    'packages-install-path': text('Folder of installed packages.'),
    'clean-targets': texts('Folders that dbt clean removes.'),
    'query-comment': { type: ['string', 'object', 'boolean'], description: 'Comment that dbt writes into queries.' },
    'require-dbt-version': {
      type: ['string', 'array', 'number'],
      items: { type: ['string', 'number'] },
      description: 'Versions of dbt that the project works with.',
      examples: ['>=1.8.0'],
    },
    quoting: open(
      {
        database: flag('Are databases quoted?'),
        schema: flag('Are schemas quoted?'),
        identifier: flag('Are names quoted?'),
        snowflake_ignore_case: flag('Snowflake: is the case of quoted names ignored?'),
      },
      { description: 'Which parts of names are quoted.' },
    ),
    models: TREE('models'),
    seeds: TREE('seeds'),
    snapshots: TREE('snapshots'),
    sources: TREE('sources'),
    tests: TREE('data tests'),
    data_tests: TREE('data tests'),
    unit_tests: TREE('unit tests'),
    exposures: TREE('exposures'),
    macros: TREE('macros'),
    metrics: TREE('metrics'),
    functions: TREE('functions'),
    analyses: TREE('analyses'),
    'semantic-models': TREE('semantic models'),
    'saved-queries': TREE('saved queries'),
    vars: { type: 'object', description: 'Values of vars, for all or by package.' },
    'on-run-start': HOOKS('SQL that runs before everything.'),
    'on-run-end': HOOKS('SQL that runs after everything.'),
    dispatch: list(
      open(
        {
          macro_namespace: text('Package whose macros are looked up.'),
          search_order: texts('Packages in which they are looked for, in order.'),
        },
        { required: ['macro_namespace', 'search_order'] },
      ),
      'Where macros of packages are looked for.',
    ),
    'restrict-access': flag('May models of other packages be referred to only when they are public?'),
    flags: { type: 'object', description: 'Defaults of flags of the command line.' },
    'dbt-cloud': { type: 'object', description: 'Settings of the dbt platform.' },
    anchors: { description: 'Values that others refer to with aliases.' },
  },
};

const CRITERION: Schema = {
  ...open({
    method: text('How nodes are chosen.', {
      examples: [
        'tag',
        'path',
        'config.materialized',
        'fqn',
        'source',
        'resource_type',
        'state',
        'package',
        'selector',
      ],
    }),
    value: { type: ['string', 'number', 'boolean'], description: 'What is looked for.' },
    children: flag('And all that reads them?'),
    parents: flag('And all that they read?'),
    children_depth: { type: 'integer', description: 'How many steps.' },
    parents_depth: { type: 'integer', description: 'How many steps.' },
    childrens_parents: flag('And all that their readers read?'),
    indirect_selection: choice(['eager', 'cautious', 'buildable', 'empty'], 'Which tests are chosen with them.'),
    union: list(ref('Definition'), 'All that one of these chooses.'),
    intersection: list(ref('Definition'), 'What all of these choose.'),
    exclude: list(ref('Definition'), 'What is left out.'),
  }),
  type: ['object', 'string'],
};

export const DBT_SELECTORS_SCHEMA: Schema = {
  $schema: DRAFT_7,
  $comment: 'dbt 1.8 to 1.11 and 2.0',
  title: 'dbt selectors',
  description: 'Choices of nodes by name.',
  ...open(
    {
      selectors: list(
        open(
          {
            name: text('Name of the selector.'),
            description: text('What it chooses.'),
            default: { type: ['boolean', 'string'], description: 'Is it used when nothing is chosen?' },
            definition: ref('Definition'),
          },
          { required: ['name', 'definition'] },
        ),
        'The selectors.',
      ),
    },
    { required: ['selectors'] },
  ),
  definitions: { Definition: CRITERION },
};

const VERSION: Schema = {
  type: ['string', 'number', 'array'],
  items: { type: ['string', 'number'] },
  description: 'Versions that will do.',
  examples: [['>=1.1.0', '<2.0.0']],
};

const PACKAGE: Schema = {
  ...open({
    package: text('Name on the hub: owner/package.', { examples: ['dbt-labs/dbt_utils'] }),
    version: VERSION,
    'install-prerelease': flag('Are versions taken that are not released?'),
    git: text('Address of a repository.'),
    revision: { type: ['string', 'number'], description: 'Branch, tag or commit.' },
    subdirectory: text('Folder in the repository.'),
    'warn-unpinned': flag('Does dbt warn that the revision may change?'),
    unrendered: { type: 'object', description: 'Values before Jinja.' },
    local: text('Folder of the package.'),
    tarball: text('Address of an archive.'),
    name: text('Name of the package in an archive.'),
    private: text('Repository of a provider that dbt can read.'),
    provider: text('Provider of a private repository.'),
  }),
  oneOf: ['package', 'git', 'local', 'tarball', 'private'].map(key => ({ required: [key] })),
};

const PACKAGES = list(PACKAGE, 'Packages that the project uses.');

export const DBT_PACKAGES_SCHEMA: Schema = {
  $schema: DRAFT_7,
  $comment: 'dbt 1.8 to 1.11 and 2.0',
  title: 'dbt packages',
  description: 'Packages that the project uses.',
  ...open({ packages: PACKAGES }),
};

export const DBT_DEPENDENCIES_SCHEMA: Schema = {
  $schema: DRAFT_7,
  $comment: 'dbt 1.8 to 1.11 and 2.0',
  title: 'dbt dependencies',
  description: 'Packages and projects that the project uses.',
  ...open({
    packages: PACKAGES,
    projects: list(
      open({ name: text('Name of the project.') }, { required: ['name'] }),
      'Projects whose public models are used.',
    ),
  }),
};
