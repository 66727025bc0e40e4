import { isMixedCase } from '../../project/naming-evidence.ts';
import { defineRule, list, type ProjectView } from '../rule.ts';
import { renameColumn } from './conventional.ts';
import { renameEverywhere } from './model-names.ts';

export default defineRule({
  summary: 'A name with capitals or blanks inside, where snake_case is the rule.',
  why: 'Warehouses fold case each in its own way: the name needs quotes in one tool and is not found in another.',
  details:
    "Looks at models, snapshots, seeds, macros and sources, and at columns to which a model gives a new name. A parent's or source's own names, all capitals, Salesforce's `__c` and names that Jinja computes are left alone; so is a project in which more than a fifth of the names are so written.",
  severity: 'warning',
  options: { allow: list('Names that may stay as they are.') },
  on: ['names', 'template', 'yaml:entry', 'yaml:source'],
  files: ['macro'],
  check(subject, { project, options, report }) {
    if (!project) return;
    const isBad = (name: string): boolean => isMixedCase(name) && !options.allow.includes(name);
    const say = (what: string, name: string): string =>
      `The ${what} '${name}' is not in snake_case: warehouses and tools treat its capitals and blanks differently. Call it '${snakeCase(name)}'.`;
    if ('template' in subject) {
      for (const macro of subject.kind === 'macro' ? subject.template.macros : []) {
        if (isBad(macro.name)) report(macro.nameSpan, say('macro', macro.name));
      }
    } else if ('tables' in subject) {
      if (isBad(subject.name)) report(subject.nameAt, say('source', subject.name));
    } else if ('node' in subject) {
      const { node, columns } = subject;
      const concerned = columns.filter(column => column.isChosen && isBad(column.name));
      if ((concerned.length === 0 && !isBad(node.name)) || !isSnakeCase(project)) return;
      if (isBad(node.name)) {
        report('file', say(node.kind, node.name), { fixes: renameEverywhere(project, node, snakeCase(node.name)) });
      }
      for (const column of concerned) {
        report(column.at, say('column', column.name), {
          fixes: renameColumn(project, node, column, snakeCase(column.name), columns),
        });
      }
    } else if (subject.facts.kind === 'seed' && isBad(subject.facts.name)) {
      report(subject.nameAt, say('seed', subject.facts.name));
    }
  },
  examples: {
    'a column that gets a new name': `
      select
          id as customerId,
                ^^^^^^^^^^ warning: The column 'customerId' is not in snake_case
          total as "Order Total"
                   ^^^^^^^^^^^^^ Call it 'order_total'
      from {{ source('shop', 'orders') }}
      -> Rename to 'customer_id'
      select
          id as customer_id,
          total as "Order Total"
      from {{ source('shop', 'orders') }}
    `,
    'a model': `
      //- models/OrderLines.sql
      !!! Call it 'order_lines'
      select 1 as x
      //- models/sums.sql
      select sum(x) as x_sum from {{ ref('OrderLines') }}
      -> Rename to 'order_lines' everywhere
      //- models/OrderLines.sql => models/order_lines.sql
      //- models/sums.sql
      select sum(x) as x_sum from {{ ref('order_lines') }}
    `,
    'underscores that mean something': `
      //- models/stg_erp__OrderLines.sql
      !!! Call it 'stg_erp__order_lines'.
      select 1 as id
      -> Rename to 'stg_erp__order_lines' everywhere
      //- models/stg_erp__OrderLines.sql => models/stg_erp__order_lines.sql
    `,
    'a macro and a source': `
      //- macros/dates.sql
      {% macro firstDay(x) %} date_trunc('month', {{ x }}) {% endmacro %}
               ^^^^^^^^ The macro 'firstDay'
      //- models/sources.yml
      sources:
        - name: googleAds
                ^^^^^^^^^ The source 'googleAds'
          tables: [{ name: Campaigns }]
    `,
    "all capitals, parents' names, Salesforce, and names that Jinja computes": `
      select ID, t.CustomerId, OWNER as OWNER_ID, cast(Amount__c as int) as Net_Amount__c, 1 as {{ 'someThing' }}, _x as _X
      from {{ source('crm', 'accounts') }} as t
    `,
    'a project that writes so': `
      select a as theFirst, b as theSecond, c as theThird, d as theFourth, e as theFifth, f as theSixth, g as theSeventh
      from {{ source('shop', 'orders') }}
    `,
  },
});

function isSnakeCase(project: ProjectView): boolean {
  return project.conventions.isSnakeCase;
}

/** `OrderLines`, `Order Lines` → `order_lines`. Underscores stay: `stg_erp__OrderLines` tells its source by two. */
function snakeCase(name: string): string {
  return name
    .replace(/^[^A-Za-z0-9_]+|[^A-Za-z0-9_]+$/g, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .toLowerCase();
}
