import type { Span } from '../../base/span.ts';
import { defineRule, type SqlUnit } from '../rule.ts';

export default defineRule({
  summary: 'The Jinja, the SQL or the YAML cannot be read.',
  why: 'dbt or the warehouse will refuse the file, and nothing else can be checked where the text makes no sense.',
  details:
    'One finding per broken place, at most one a SQL file, so that a missing parenthesis does not bury the rest. Silent next to a value that cannot be computed offline, and about the SQL of disabled models, which nobody runs.',
  severity: 'error',
  basis: 'likely',
  on: ['template', 'sql:file', 'yaml:file'],
  files: ['model', 'snapshot', 'test', 'macro'],
  check(subject, { unit, report }) {
    if ('statements' in subject) {
      // Broken Jinja breaks the SQL behind it; that is said once, where it begins.
      const first = unit?.problems[0];
      if (!unit || !first || unit.hasTemplateProblems || unit.node?.isEnabled === 'no') return;
      if (isMisfit(unit, first.span)) return;
      report(first.span, first.message);
      return;
    }
    for (const problem of subject.problems.slice(0, 'template' in subject ? 1 : 20))
      report(problem.span, problem.message);
    if (!('template' in subject)) return;
    const limit = subject.expansions.find(one => one.tooDynamic !== undefined)?.tooDynamic;
    if (limit !== undefined) {
      report('file', `This model is too dynamic to read to its end: ${limit}. What lies behind is not checked.`, {
        severity: 'info',
      });
    }
  },
  examples: {
    'a parenthesis that is never closed': `
      select count(id as n from orders
                  ^ never closed
    `,
    'a star that has nothing to take columns from': `
      with orders as (select id from {{ ref('stg_orders') }})
      select *
             ^ this star has no 'from'
    `,
    'a star whose FROM nobody can tell offline': `
      with orders as (select id from {{ ref('stg_orders') }})
      select * {{ some_package.from_clause() }}
    `,
    'a Jinja tag that is never closed': `
      select id from {{ ref('orders')
                     ^^^^^^^^^^^^^^^^ never closed
    `,
    'a tab in YAML': `
      //- models/schema.yml
      models:
        - name: orders
      \tdescription: All orders.
      ^ YAML does not allow tabs
    `,
    'dialects read together': `
      select a::int, b:c.d[0]::string as d, iff(x, 1, 2) as e, f.value
      from {{ ref('orders') }}, lateral flatten(input => tags) as f
      qualify row_number() over (partition by a order by b) = 1
    `,
    'a branch that may never be taken is not held against text it leaves alone': `
      with a as (select 1 as x),
      {% if run_query('select 1') %} b as (select 2 as x) {% endif %}
      select * from a
    `,
    'a WITH that is there only when nothing stands before it': `
      //- macros/mapped.sql
      {% macro mapped(source) %}
      {% if 'with' in run_query('select 1') %}, {% else %}with {% endif %}
      mapped as (select * from {{ source }})
      select id from mapped
      {% endmacro %}
      //- models/example.sql
      with orders as (select 1 as id)
      {{ mapped('orders') }}
    `,
    'a quoted name may touch the word before it': `
      //- dbt_project.yml
      name: shop
      quoting: { database: true, schema: false, identifier: false }
      //- grainline.yml
      dialect: snowflake
      //- models/orders.sql
      select 1 as id
      //- models/example.sql
      select a.id from{{ ref('orders') }} as a left join{{ ref('orders') }} as b on a.id = b.id
    `,
    'a column that is called end, on ClickHouse': `
      //- grainline.yml
      dialect: clickhouse
      //- models/example.sql
      select start, end from spans
    `,
    'a macro that is not known may write anything': `
      select id {{ some_package.columns() }} from orders {{ some_package.filter() }}
    `,
  },
});

/** Words that begin a clause: one too many comes of branches that are never taken together. */
const CLAUSE = /^(?:with|select|from|where|group|having|qualify|order|limit|union|join)$/i;

/** What begins a clause twice in a choice of branches that is not the first is a wrong choice of ours, not a fault of the text. */
function isMisfit({ expansion }: SqlUnit, { start, end }: Span): boolean {
  return expansion.world.branch > 0 && CLAUSE.test(expansion.text.slice(start, end));
}
