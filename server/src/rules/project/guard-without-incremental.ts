import type { Span } from '../../base/span.ts';
import type { Template } from '../../syntax/jinja/tree.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  summary: 'A model asks `is_incremental()` but is not incremental.',
  why: 'The answer is always no, so what stands behind it is dead: the model is rebuilt whole each time, which nobody who reads it expects.',
  details:
    'Silent when a macro, a var or a condition decides the materialization, when nobody states it, and in packages, whose materialization the installing project may change.',
  severity: 'info',
  on: 'template',
  files: ['model'],
  check({ expansions, template, node }, { project, file, report }) {
    const materialized = node?.materialized;
    if (!node || !project || project.isPackage || node.isEnabled === 'no') return;
    if (materialized === undefined || !NEVER_INCREMENTAL.has(materialized)) return;
    for (const { config } of expansions) {
      for (const entry of config) {
        if (entry.key !== 'materialized') continue;
        const written = entry.file === file ? template.text.slice(entry.valueSpan.start, entry.valueSpan.end) : '';
        if (!/^(["'])\w+\1$/.test(written)) return;
      }
    }
    const at = guardIn(template);
    if (!at) return;
    report(
      at,
      /\bnot\s+$/.test(template.text.slice(Math.max(0, at.start - 8), at.start))
        ? `'${node.name}' is a ${materialized}, so is_incremental() is always false and this part always runs. Make the model incremental, or take the condition out.`
        : `'${node.name}' is a ${materialized}, so is_incremental() is always false and this part never runs. Make the model incremental, or take the part out.`,
    );
  },
  examples: {
    'a table': `
      {{ config(materialized='table') }}
      select id from {{ ref('events') }}
      {% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}
            ^^^^^^^^^^^^^^^^ info: 'example' is a table
    `,
    'a table that asks for the opposite': `
      {{ config(materialized='table') }}
      select id from {{ ref('events') }}
      {% if not is_incremental() %} where id > 10 {% endif %}
                ^^^^^^^^^^^^^^^^ info: this part always runs
    `,
    'a guard that is commented out': `
      {{ config(materialized='table') }}
      select id from {{ ref('events') }}
      -- {% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}
      /* {% if is_incremental() %}
      where id > 10
      {% endif %} */
    `,
    'a view by its folder': `
      //- dbt_project.yml
      name: shop
      models:
        shop:
          staging: { +materialized: view }
      //- models/staging/stg_events.sql
      select id from {{ ref('events') }}
      {%- if is_incremental() %} where id > 1 {% endif %}
             ^^^^^^^^^^^^^^^^ 'stg_events' is a view
    `,
    incremental: `
      {{ config(materialized='incremental') }}
      select id from {{ ref('events') }} {% if is_incremental() %} where id > 1 {% endif %}
    `,
    'decided elsewhere': `
      //- models/a.sql
      {{ config(materialized='table' if target.name == 'dev' else 'incremental') }}
      select id from {{ ref('events') }} {% if is_incremental() %} where id > 1 {% endif %}
      //- models/b.sql
      {{ config(materialized=var('kind', 'table')) }}
      select id from {{ ref('events') }} {% if is_incremental() %} where id > 1 {% endif %}
      //- models/c.sql
      select id from {{ ref('events') }} {% if is_incremental() %} where id > 1 {% endif %}
    `,
    'in a comment': `
      {{ config(materialized='table') }}
      {# once: {% if is_incremental() %} #}
      select id from {{ ref('events') }}
    `,
  },
});

const NEVER_INCREMENTAL: ReadonlySet<string> = new Set(['table', 'view', 'ephemeral', 'materialized_view']);

/** Behind `--` on its line, or behind `/*` that is not closed. */
function isCommentedOut(text: string, at: number): boolean {
  const before = text.slice(0, at);
  return (
    /--[^\n]*$/.test(before.slice(before.lastIndexOf('\n') + 1)) || before.lastIndexOf('/*') > before.lastIndexOf('*/')
  );
}

function guardIn(template: Template): Span | undefined {
  for (const tag of template.tags) {
    if (tag.kind === 'comment') continue;
    const match = /\bis_incremental\s*\(\s*\)/.exec(template.text.slice(tag.start, tag.end));
    if (match && !isCommentedOut(template.text, tag.start))
      return { start: tag.start + match.index, end: tag.start + match.index + match[0].length };
  }
  return undefined;
}
