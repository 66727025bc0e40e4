import { keepsVersions } from '../../project/history.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  summary: 'The project writes an open end in two ways: as NULL and as a far date.',
  why: 'A filter or join that is right for one model is wrong for the next: `valid_to is null` finds nothing where the end is 9999-12-31, and `< valid_to` loses the current version where it is NULL.',
  details:
    'Compares models whose end of validity has the same name and of which it is proved how an open end is written: by LEAD, COALESCE with a far date, a snapshot, or a literal. The way of fewer models is reported; where both have as many, the far date, unless `open_end` in grainline.yml asks for one. Silent where an outer join fills in a date for facts without a version: that is no history. Snapshots themselves are left alone.',
  severity: 'info',
  on: 'names',
  check({ node }, { project, report }) {
    const history = project?.historyOf(node.id);
    if (!project || node.kind !== 'model' || !keepsVersions(history) || history.validTo === undefined) return;
    if (history.openEnd === 'unknown') return;
    const end = history.validTo.toLowerCase();
    const others = project.histories().filter(one => one.history.validTo?.toLowerCase() === end);
    const nulls = others.filter(one => one.history.openEnd === 'null');
    const dates = others.filter(one => one.history.openEnd === 'sentinel');
    if (nulls.length === 0 || dates.length === 0) return;
    const wanted = project.config.validity.openEnd;
    const isUsual = wanted === null ? nulls.length >= dates.length : nulls.length > dates.length;
    const usual = isUsual ? 'null' : 'sentinel';
    if (history.openEnd === usual) return;
    const like = (usual === 'null' ? nulls : dates)[0];
    const other = like && project.node(like.id)?.name;
    const [here, there] = [history, like?.history].map(one =>
      one?.openEnd === 'sentinel' ? (one.sentinel ?? 'a far date') : 'NULL',
    );
    report(
      'file',
      `An open '${history.validTo}' is written as ${here} in '${node.name}' and as ${there} in '${other}': conditions that fit one are wrong for the other. Write it one way.`,
    );
  },
  examples: {
    'one model of three': `
      //- models/dim_prices.sql
      select sku, price, changed_at as valid_from, lead(changed_at) over (partition by sku order by changed_at) as valid_to
      from {{ ref('price_log') }}
      //- models/dim_costs.sql
      select sku, cost, changed_at as valid_from, lead(changed_at) over (partition by sku order by changed_at) as valid_to
      from {{ ref('cost_log') }}
      //- models/dim_taxes.sql
      !!! info: An open 'valid_to' is written as date '9999-12-31' in 'dim_taxes' and as NULL in 'dim_costs'
      select country, rate, changed_at as valid_from,
        coalesce(lead(changed_at) over (partition by country order by changed_at), date '9999-12-31') as valid_to
      from {{ ref('tax_log') }}
    `,
    'handed on from a snapshot that writes a date': `
      //- snapshots/products.yml
      snapshots:
        - name: products_history
          relation: source('erp', 'products')
          config: { unique_key: sku, strategy: timestamp, updated_at: updated_at, dbt_valid_to_current: "to_date('9999-12-31')" }
      //- models/dim_products.sql
      !!! is written as to_date('9999-12-31') in 'dim_products'
      with p as (select * from {{ ref('products_history') }})
      select sku, dbt_valid_from as valid_from, dbt_valid_to as valid_to from p
      //- models/dim_prices.sql
      select sku, price, changed_at as valid_from, lead(changed_at) over (partition by sku order by changed_at) as valid_to
      from {{ ref('price_log') }}
    `,
    'the project asks for a date': `
      //- grainline.yml
      validity: { open_end: "9999-12-31" }
      //- models/dim_prices.sql
      !!! is written as NULL in 'dim_prices'
      select sku, price, changed_at as valid_from, lead(changed_at) over (partition by sku order by changed_at) as valid_to
      from {{ ref('price_log') }}
      //- models/dim_taxes.sql
      select country, rate, changed_at as valid_from,
        coalesce(lead(changed_at) over (partition by country order by changed_at), date '9999-12-31') as valid_to
      from {{ ref('tax_log') }}
    `,
    'one way, and other names': `
      //- models/dim_prices.sql
      select sku, price, changed_at as valid_from, lead(changed_at) over (partition by sku order by changed_at) as valid_to
      from {{ ref('price_log') }}
      //- models/dim_taxes.sql
      select country, rate, changed_at as effective_from,
        coalesce(lead(changed_at) over (partition by country order by changed_at), date '9999-12-31') as effective_to
      from {{ ref('tax_log') }}
    `,
  },
});
