import { decision } from '../decision.ts';
import { defineKind } from '../kind.ts';
import { snakeCase } from '../naming.ts';
import { writeYaml } from '../yaml-writer.ts';

const PRESETS = ['kimball', 'kimball-fact', 'data-vault', 'medallion', 'adaptive'] as const;

export default defineKind({
  title: 'Project',
  summary: 'A dbt project to begin with: its folders with their materialization, and a grainline.yml.',
  group: 'project',
  worksAnywhere: true,
  inputs: {
    name: {
      type: 'text',
      title: 'What is the project called?',
      required: true,
      check: value =>
        /^[a-z_][a-z0-9_]*$/.test(value) ? undefined : `Names of dbt projects are snake_case: ${snakeCase(value)}.`,
    },
    dialect: {
      type: 'choice',
      choices: ['snowflake', 'bigquery', 'redshift', 'postgres', 'databricks', 'duckdb', 'trino'],
      title: 'Which warehouse?',
      required: true,
      default: 'snowflake',
    },
    convention: {
      type: 'choice',
      choices: PRESETS,
      meanings: [
        'fct_, dim_, stg_',
        'fact_, dim_, stg_',
        'hub_, link_, sat_',
        'bronze, silver, gold',
        'what the project itself will show',
      ],
      title: 'How are things named?',
      default: 'kimball',
      asked: true,
    },
    source: { type: 'text', title: 'What is the first source called?', asked: true },
  },
  plan(context, { name, dialect, convention, source }) {
    if (context.projectName !== '')
      return { problem: `This folder holds the project '${context.projectName}' already.` };
    const folders =
      convention === 'medallion'
        ? {
            bronze: { '+materialized': 'view' },
            silver: { '+materialized': 'view' },
            gold: { '+materialized': 'table' },
          }
        : {
            staging: { '+materialized': 'view' },
            intermediate: { '+materialized': 'view' },
            ...(convention === 'data-vault' ? { raw_vault: { '+materialized': 'incremental' } } : {}),
            marts: { '+materialized': 'table' },
          };
    const staging = convention === 'medallion' ? 'bronze' : 'staging';
    const sourceName = snakeCase(source ?? '') || 'source';
    return {
      files: [
        {
          path: 'dbt_project.yml',
          text: writeYaml({
            name,
            version: '1.0.0',
            'config-version': 2,
            profile: name,
            'model-paths': ['models'],
            'seed-paths': ['seeds'],
            'snapshot-paths': ['snapshots'],
            'macro-paths': ['macros'],
            'test-paths': ['tests'],
            'clean-targets': ['target', 'dbt_packages'],
            models: { [name]: folders },
          }),
        },
        {
          path: 'grainline.yml',
          text: writeYaml({
            dialect,
            extends: convention === 'adaptive' ? ['recommended'] : [convention, 'recommended'],
          }),
        },
        {
          path: `models/${staging}/${sourceName}/_${sourceName}__sources.yml`,
          text: writeYaml({
            version: 2,
            sources: [
              {
                name: source === undefined ? decision('source') : source,
                description: decision('What the system delivers.'),
                schema: decision(`raw_${sourceName}`),
                tables: [{ name: decision('table'), description: decision('One row per what?') }],
              },
            ],
          }),
        },
        { path: '.gitignore', text: 'target/\ndbt_packages/\nlogs/\n' },
      ],
      messages: ["Next: describe the source's tables, then 'New staging model' for each."],
    };
  },
});
