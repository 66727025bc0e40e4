import { validityRole } from '../../project/validity-names.ts';
import { defineRule, replace, suggest } from '../rule.ts';

export default defineRule({
  summary: 'A dimension declared as type 1 delivers validity columns.',
  why: 'Type 1 is overwritten and has one row a key; columns that say when a version was valid tell readers the opposite, and they will filter or join by them.',
  details:
    'Fires for models declared as type 1, or 0, that deliver a start of validity and an end or a mark of the current version, under names that are used for nothing else (`valid_from`, `effective_to`, `is_current` …). Silent for `start_date` and `end_date`, which may be those of a contract. An incremental model without `unique_key` is the business of `incremental-without-key`.',
  severity: 'warning',
  on: 'model',
  check({ node, columns }, { project, report }) {
    const scd = project?.meaningOf(node.id).scd;
    if (!project || node.kind !== 'model' || (scd?.value !== 1 && scd?.value !== 0)) return;
    const found = new Map<string, string>();
    for (const { column } of columns) {
      const role = validityRole(column.name, project.config.validity);
      if (role?.clarity === 'clear' && !found.has(role.role)) found.set(role.role, column.name);
    }
    const start = found.get('start');
    const other = found.get('end') ?? found.get('current');
    if (start === undefined || other === undefined) return;
    report(
      'file',
      `'${node.name}' is declared as type ${scd.value}, one row a key, but delivers '${start}' and '${other}': readers will take it for a history. Declare type 2, or leave the columns out.`,
      {
        fixes: [
          {
            ...suggest('Declare type 2'),
            elsewhere: () => {
              const place = project.placesOf(node.id);
              const at = place?.entry.configAt['meta.grainline.scd'];
              return place && at ? { edits: [{ file: place.file, edits: [replace(at.value, '2')] }] } : {};
            },
          },
        ],
      },
    );
  },
  examples: {
    'validity columns in a type 1 dimension': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { kind: dimension, scd: 1, natural_key: customer_id } } }
      //- models/dim_customers.sql
      !!! warning: 'dim_customers' is declared as type 1
      select customer_id, country, valid_from, valid_to from {{ ref('stg_customers') }}
      -> Declare type 2
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { kind: dimension, scd: 2, natural_key: customer_id } } }
    `,
    'through a star, declared in a specification': `
      //- specs/sales.yml
      dimensions:
        - name: dim_products
          type: 1
          natural_key: sku
      //- models/versions.sql
      select sku, price, effective_from, is_current from {{ source('erp', 'products') }}
      //- models/dim_products.sql
      !!! delivers 'effective_from' and 'is_current'
      select * from {{ ref('versions') }}
    `,
    'a type 1 dimension': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { scd: 1, natural_key: customer_id } } }
      //- models/dim_customers.sql
      select customer_id, country, {{ 'updated_at' }} from {{ ref('stg_customers') }}
    `,
    'dates of a contract': `
      //- models/schema.yml
      models:
        - name: dim_contracts
          config: { meta: { grainline: { scd: 1, natural_key: contract_id } } }
      //- models/dim_contracts.sql
      select contract_id, start_date, end_date, contract_valid_from from {{ ref('stg_contracts') }}
    `,
  },
});
