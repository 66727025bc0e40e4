import { defineRule, remove, safe } from '../rule.ts';
import { isWritten } from '../written.ts';

export default defineRule({
  summary: 'A semicolon at the end of a model.',
  why: 'dbt wraps the model in CREATE TABLE … AS ( … ), so the semicolon breaks the statement at run time.',
  details: 'Silent in hooks, macros, analyses and files of several statements.',
  severity: 'warning',
  on: 'sql:file',
  check(file, { unit, report }) {
    const last = file.semicolons.at(-1);
    const statement = file.statements.at(-1);
    if (
      !unit ||
      !last ||
      !statement ||
      file.statements.length > 1 ||
      last.start < statement.end ||
      !isWritten(unit, last)
    )
      return;
    let start = last.start;
    while (start > statement.end && /[ \t]/.test(unit.text[start - 1] ?? '')) start--;
    report(
      last,
      'dbt puts this model inside a CREATE statement, where most warehouses refuse a semicolon. Remove it.',
      {
        fixes: [safe('Remove the semicolon', remove({ start, end: last.end }))],
      },
    );
  },
  examples: {
    'behind the last line': `
      select id from {{ ref('orders') }} ;
                                         ^ where most warehouses refuse a semicolon
      ->
      select id from {{ ref('orders') }}
    `,
    'before the end of a branch': `
      select id from orders
      {% if is_incremental() %} where id > 1; {% endif %}
                                            ^ Remove it
      ->
      select id from orders
      {% if is_incremental() %} where id > 1 {% endif %}
    `,
    'in a string or a comment': `
      select ';' as mark -- done;
      from orders
      /* ; */
    `,
  },
});
