import { keptIn } from '../../base/kept.ts';
import { refIn } from '../../project/consumers.ts';
import type { PropertiesFile } from '../../project/facts.ts';
import { readColumns } from '../../project/read-columns.ts';
import type { TableReference } from '../../syntax/sql/tree.ts';
import { defineRule, type ProjectView, type RuleContext, type SqlUnit } from '../rule.ts';

export default defineRule({
  summary: 'A model or exposure that reads a column which its contract no longer promises.',
  why: 'The column may vanish or change its meaning at any time now, and this reader breaks with it.',
  details:
    'Looks at columns that a contract, or a dbt model with an enforced contract, promised on the branch that the change will be merged into and promises no more. Of models only those are named that read the column by name. Silent where the SQL no longer delivers the column: then `unknown-column` says so at the very place.',
  severity: 'warning',
  on: ['sql:table', 'yaml:properties'],
  check(subject, { project, unit, report }) {
    if (!project?.base) return;
    if ('exposures' in subject) checkExposures(subject, project, report);
    else if (unit) checkTable(subject, unit, project, report);
  },
  examples: {
    'a model that filters by what is gone': `
      //- before contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.4.0"
        schema: [{ column: order_id, type: bigint }, { column: status, type: varchar }]
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "2.0.0"
        schema: [{ column: order_id, type: bigint }]
      //- models/orders.sql
      select order_id, status from {{ source('shop', 'orders') }}
      //- models/open_orders.sql
      select order_id from {{ ref('orders') }} where status = 'open'
                              ^^^^^^^^^^^^^ no longer promises 'status'
      //- models/all_orders.sql
      select order_id from {{ ref('orders') }}
    `,
    'an exposure': `
      //- before models/schema.yml
      models:
        - name: orders
          config: { contract: { enforced: true } }
          columns: [{ name: order_id, data_type: bigint }, { name: status, data_type: varchar }]
      //- models/schema.yml
      models:
        - name: orders
          config: { contract: { enforced: true } }
          columns: [{ name: order_id, data_type: bigint }]
      exposures:
        - name: sales_board
          type: dashboard
          depends_on:
            - ref('orders')
              ^^^^^^^^^^^^^ no longer promises 'status'
      //- models/orders.sql
      select cast(order_id as bigint) as order_id from {{ source('shop', 'orders') }}
    `,
    'nothing was taken away': `
      //- before contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.4.0"
        schema: [{ column: order_id, type: bigint }]
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.5.0"
        schema: [{ column: order_id, type: bigint }, { column: status, type: varchar }]
      //- models/orders.sql
      select order_id, status from {{ source('shop', 'orders') }}
      //- models/open_orders.sql
      select order_id from {{ ref('orders') }} where status = 'open'
    `,
  },
});

type Report = RuleContext['report'];

const readsOf = keptIn((unit: SqlUnit) => readColumns([unit]));

function checkTable(table: TableReference, unit: SqlUnit, project: ProjectView, report: Report): void {
  const node = unit.nodeOf(table);
  if (node?.kind !== 'model') return;
  const broken = project.brokenColumnsOf(node.id);
  if (broken.size === 0) return;
  const read = readsOf(unit).get(node.id);
  const names = [...broken].flatMap(([key, name]) => (read?.has(key) ? [`'${name}'`] : []));
  if (names.length === 0) return;
  report(
    table.name,
    `'${node.name}' no longer promises ${list(names)}, which this model reads. Its contract changed on this branch: stop reading it, or have it restored there.`,
  );
}

function checkExposures({ exposures }: PropertiesFile, project: ProjectView, report: Report): void {
  for (const exposure of exposures) {
    for (const { text, at } of exposure.dependsOn) {
      const name = refIn(text);
      const node = name === undefined ? undefined : project.resolve({ kind: 'ref', name });
      const broken = node ? project.brokenColumnsOf(node.id) : undefined;
      if (!node || !broken || broken.size === 0) continue;
      const names = [...broken.values()].map(each => `'${each}'`);
      report(
        at,
        `'${node.name}' no longer promises ${list(names)}, and '${exposure.name}' reads this model. Find out whether it shows that column before this is merged.`,
      );
    }
  }
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
