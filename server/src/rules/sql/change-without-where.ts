import { defineRule } from '../rule.ts';
import { hasUnknownText, isOwnTable, isRead, mayBeSameTarget, targetOf, writesIn } from '../writes.ts';

export default defineRule({
  summary: 'A DELETE or UPDATE in a macro, hook or script that changes every row of a table.',
  why: 'Without WHERE all rows are deleted or overwritten, those of earlier loads too, and a second run cannot bring them back.',
  details:
    'Looks at what macros run (`run_query`, `{% call statement %}`, their text), at hooks, and at SQL files that dbt builds nothing from. Silent when the script fills the table again afterwards (a full reload), for tables that the script creates itself, for targets that are arguments of a macro, for statements that join another table, and wherever a placeholder may bring the condition.',
  severity: 'warning',
  status: 'preview',
  basis: 'absence',
  on: ['sql:update', 'sql:delete'],
  files: ['script', 'analysis'],
  check(statement, { unit, report }) {
    if (!unit || statement.where !== undefined || !isRead(unit, statement)) return;
    const others = statement.kind === 'update' ? statement.from : statement.using;
    if (others.length > 0 || statement.target.kind !== 'table') return;
    if (hasUnknownText(unit, { start: statement.target.name.end, end: statement.end })) return;
    const target = targetOf(statement, unit.text);
    if (target.isUnknown || isOwnTable(unit, target, statement.start)) return;
    const isFilledAgain = writesIn(unit).some(
      one => one.start > statement.start && one.kind !== 'delete' && mayBeSameTarget(targetOf(one, unit.text), target),
    );
    if (isFilledAgain) return;
    const what = statement.kind === 'update' ? 'UPDATE changes' : 'DELETE removes';
    report(
      { start: statement.start, end: statement.target.end },
      `This ${what} every row of ${target.label}: it has no WHERE. Say which rows are meant.`,
    );
  },
  examples: {
    'a hook': `
      {{ config(materialized='table', post_hook="update audit_log set finished_at = current_timestamp") }}
                                                 ^^^^^^^^^^^^^^^^ warning: This UPDATE changes every row of 'audit_log'
      select id from {{ ref('orders') }}
    `,
    'what a macro runs': `
      //- macros/purge.sql
      {% macro purge_sessions(keep_days=30) %}
        {% if execute %}
          {% do run_query("delete from analytics.sessions") %}
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: This DELETE removes every row of 'sessions'
          {% call statement('old') %}
            delete from analytics.visits
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: This DELETE removes every row of 'visits'
          {% endcall %}
          {% set late %}delete from analytics.carts where seen_at < current_date - {{ keep_days }}{% endset %}
          {% do run_query(late) %}
        {% endif %}
      {% endmacro %}
    `,
    'hooks in YAML': `
      //- dbt_project.yml
      name: example
      version: '1.0'
      profile: example
      on-run-start:
        - delete from run_log
          ^^^^^^^^^^^^^^^^^^^ warning: This DELETE removes every row of 'run_log'
        - "delete from run_log where day < current_date - 30"
      models:
        +post-hook: >
          update freshness
          ^^^^^^^^^^^^^^^^ warning: This UPDATE changes every row of 'freshness'
          set is_stale = false
      //- models/schema.yml
      models:
        - name: example
          config:
            pre_hook:
              - sql: "delete from {{ this }}"
                      ^^^^^^^^^^^^^^^^^^^ warning: This DELETE removes every row of 'example'
                transaction: false
      //- models/example.sql
      select 1 as id
    `,
    'a script without a project': `
      //- without dbt_project.yml
      //- scripts/clean.sql
      delete from staging.orders where loaded_at < current_date - 30;
      delete from staging.customers;
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: This DELETE removes every row of 'customers'
    `,
    'a full reload, own tables, arguments, joins, and conditions that may come': `
      //- macros/load.sql
      {% macro reload(target, where=none) %}
        delete from daily_totals;
        insert into daily_totals select day, sum(amount) from {{ ref('orders') }} group by day;
        create temporary table batch as select * from raw_orders;
        update batch set is_new = true;
        delete from {{ target }};
        update customers set tier = s.tier from scores as s;
        delete from sessions {% if where %} where {{ where }} {% endif %};
        delete from visits {{ where }};
      {% endmacro %}
    `,
    'a model is a query': `
      select id from {{ ref('orders') }} {# delete from orders #} -- update orders set a = 1
    `,
  },
});
