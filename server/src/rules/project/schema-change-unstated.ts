import { baseName } from '../../base/uri.ts';
import { mapOf } from '../../syntax/yaml/access.ts';
import { defineRule, insert, type RuleFix, safe } from '../rule.ts';

export default defineRule({
  summary: 'A project whose incremental models do not say what happens to new columns.',
  why: 'By default dbt ignores them: a column added to the SQL never reaches the table until somebody refreshes it in full.',
  details:
    'Reported once, in dbt_project.yml, with the number of models that state no `on_schema_change`. The fix writes down what dbt does today (`ignore`); `append_new_columns`, `sync_all_columns` and `fail` are the other choices.',
  severity: 'info',
  default: 'off',
  on: 'yaml:file',
  check({ documents, text }, { project, file, report }) {
    if (!project || file !== project.file || baseName(file) !== 'dbt_project.yml') return;
    const unstated = project
      .nodes()
      .filter(
        one =>
          one.kind === 'model' &&
          one.package === project.name &&
          one.materialized === 'incremental' &&
          one.isEnabled !== 'no' &&
          !('on_schema_change' in one.config),
      );
    const [first] = unstated;
    if (!first) return;
    const root = documents[0]?.root;
    const models = root?.kind === 'map' ? root.entries.find(one => one.key.text === 'models') : undefined;
    const own = mapOf(mapOf(root, 'models'), project.name);
    const which = unstated.length === 1 ? `'${first.name}' does` : `${unstated.length} incremental models do`;
    report(
      models?.key.span ?? 'file',
      `${which} not state on_schema_change, so dbt leaves columns out of the table that the SQL gains. Choose for the whole project here.`,
      { fixes: own && !own.flow ? [stateIt(text, own.span.start)] : [] },
    );
  },
  examples: {
    'one model': `
      //- dbt_project.yml
      name: shop
      models:
      ^^^^^^ info: 'events' does not state on_schema_change
        shop:
          +schema: core
      //- models/events.sql
      {{ config(materialized='incremental', unique_key='id') }}
      select id from {{ ref('x') }}
      -> State on_schema_change: ignore
      //- dbt_project.yml
      name: shop
      models:
        shop:
          +on_schema_change: ignore
          +schema: core
    `,
    'several, by their folder': `
      //- dbt_project.yml
      name: shop
      models:
      ^^^^^^ 2 incremental models do not state
        +materialized: incremental
      //- models/a.sql
      select 1 as id
      //- models/b.sql
      select 1 as id
      -> no fix
    `,
    'stated for the project, or in each model': `
      //- dbt_project.yml
      name: shop
      models:
        shop:
          core: { +on_schema_change: append_new_columns }
      //- models/core/a.sql
      {{ config(materialized='incremental') }} select 1 as id
      //- models/b.sql
      {{ config(materialized='incremental', on_schema_change='fail') }} select 1 as id
    `,
    'no incremental models': `
      //- models/a.sql
      {{ config(materialized='table') }} select 1 as id
    `,
  },
});

/** A line above the project's first setting, as far in as that. */
function stateIt(text: string, at: number): RuleFix {
  const indent = ' '.repeat(at - (text.lastIndexOf('\n', at - 1) + 1));
  return safe('State on_schema_change: ignore', insert(at, `+on_schema_change: ignore\n${indent}`));
}
