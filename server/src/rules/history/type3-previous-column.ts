import type { NodeMeaning } from '../../project/meaning.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  summary:
    'A dimension declared as type 3 lacks what type 3 is made of: a previous value beside the present one, and the date of the change.',
  why: 'Without the date nobody can tell which of the two values held when, and without the present value beside it the previous one says nothing.',
  details:
    'Fires for models declared as type 3 whose columns are all known. A previous value is a column with the role `previous-value`, or one called `previous_x`, `prior_x`, `prev_x` or `x_previous`; the date of its change has the role `changed-at`, or is called `x_changed_at`, `x_changed_date`, `x_effective_date` and the like. Silent for models of other types: a `previous_x` made by LAG is analysis.',
  severity: 'info',
  on: 'model',
  check({ node, columns, isComplete }, { project, report }) {
    const meaning = project?.meaningOf(node.id);
    if (!meaning || node.kind !== 'model' || !isComplete || meaning.scd?.value !== 3) return;
    const names = columns.map(one => one.column.name);
    const previous = previousValues(names, meaning);
    if (previous.length === 0) {
      report(
        'file',
        `'${node.name}' is declared as type 3 but keeps no previous value. Add a column 'previous_…' for each attribute whose last change matters, or declare another type.`,
      );
      return;
    }
    const has = (name: string): boolean => names.some(one => one.toLowerCase() === name.toLowerCase());
    for (const { name, of } of previous) {
      const item = columns.find(one => one.column.name === name)?.item;
      const place = item?.kind === 'item' ? item : 'file';
      if (of !== undefined && !has(of)) {
        report(
          place,
          `'${node.name}' keeps '${name}' but not '${of}' that it is the previous value of: readers cannot see what it changed to. Deliver both.`,
        );
      } else if (!names.some(one => isDateOf(one, of, meaning))) {
        report(
          place,
          `'${node.name}' keeps '${name}' but not when it changed: nobody can tell which value held when. Add '${of ?? 'the attribute'}_changed_at'.`,
        );
      }
    }
  },
  examples: {
    'no previous value': `
      //- models/schema.yml
      models:
        - name: dim_sales_reps
          config: { meta: { grainline: { kind: dimension, scd: 3, natural_key: rep_id } } }
      //- models/dim_sales_reps.sql
      !!! info: keeps no previous value
      select rep_id, region from {{ ref('stg_reps') }}
    `,
    'no date of the change, behind a CTE': `
      //- models/schema.yml
      models:
        - name: dim_sales_reps
          config: { meta: { grainline: { scd: 3, natural_key: rep_id } } }
      //- models/dim_sales_reps.sql
      !!! not when it changed
      with final as (select rep_id, region, previous_region from {{ ref('stg_reps') }})
      select * from final
    `,
    'the present value is missing': `
      //- models/schema.yml
      models:
        - name: dim_sales_reps
          config: { meta: { grainline: { scd: 3, natural_key: rep_id } } }
      //- models/dim_sales_reps.sql
      select rep_id, prior_region, region_changed_at from {{ ref('stg_reps') }}
                     ^^^^^^^^^^^^ not 'region' that it is the previous value of
    `,
    'whole, by name and by role': `
      //- models/schema.yml
      models:
        - name: dim_sales_reps
          config: { meta: { grainline: { scd: 3, natural_key: rep_id } } }
        - name: dim_shops
          config: { meta: { grainline: { scd: 3, natural_key: shop_id } } }
          columns:
            - { name: old_name, config: { meta: { grainline: { role: previous-value, of: shop_name } } } }
            - { name: renamed_on, config: { meta: { grainline: { role: changed-at, of: shop_name } } } }
      //- models/dim_sales_reps.sql
      select rep_id, region, previous_region, region_changed_at from {{ ref('stg_reps') }}
      //- models/dim_shops.sql
      select shop_id, shop_name, old_name, renamed_on from {{ ref('stg_shops') }}
    `,
    'analysis, and columns that are not known': `
      //- models/schema.yml
      models:
        - name: dim_open
          config: { meta: { grainline: { scd: 3, natural_key: id } } }
      //- models/fct_orders.sql
      select order_id, amount, lag(amount) over (partition by customer_id order by ordered_at) as previous_amount from {{ ref('stg_orders') }}
      //- models/dim_open.sql
      select * from {{ source('crm', 'reps') }}
    `,
  },
});

/** With the column each is the previous value of. */
function previousValues(
  names: readonly string[],
  meaning: NodeMeaning,
): readonly { readonly name: string; readonly of: string | undefined }[] {
  return names.flatMap(name => {
    const said = meaning.columns.get(name.toLowerCase());
    if (said?.role?.value === 'previous-value') return [{ name, of: said.of?.value ?? nameOfPresent(name) }];
    const of = nameOfPresent(name);
    return of === undefined || /_(?:at|date|on)$/i.test(name) ? [] : [{ name, of }];
  });
}

function nameOfPresent(name: string): string | undefined {
  return (
    /^(?:previous|prior|prev|former)_(\w+)$/i.exec(name)?.[1] ?? /^(\w+)_(?:previous|prior|prev)$/i.exec(name)?.[1]
  );
}

function isDateOf(name: string, of: string | undefined, meaning: NodeMeaning): boolean {
  const said = meaning.columns.get(name.toLowerCase());
  if (said?.role?.value === 'changed-at') {
    return said.of === undefined || said.of.value.toLowerCase() === of?.toLowerCase();
  }
  const match =
    /^(\w+?)_(?:last_)?(?:changed|change|effective|since|valid_from|until)(?:_(?:at|on|date|ts|from))*$/i.exec(name);
  if (!match) return /^(?:last_)?changed?_(?:at|on|date)$/i.test(name);
  const what = match[1]?.toLowerCase().replace(/^(?:previous|prior|prev|current)_/, '');
  return of === undefined || what === of.toLowerCase();
}
