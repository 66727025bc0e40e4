import { defineRule } from '../rule.ts';

export default defineRule({
  summary: 'A bridge without a weight by which measures are split.',
  why: 'A fact with three rows in the bridge is counted three times by every sum that goes through it.',
  details:
    'Fires for bridges (by `meta.grainline`, or a prefix that has a meaning in the project) whose columns are all known and of which none is a weight: declared (`weight`, or the role of a column), or named as a share (`weight`, `allocation`, `factor`, `share`, `pct`, `percent`, `ratio`, `fraction`). Off unless turned on: a bridge that only filters needs none.',
  severity: 'info',
  default: 'off',
  on: 'model',
  check({ node, columns, isComplete }, { project, report }) {
    if (!project || !isComplete || node.kind !== 'model' || node.isEnabled === 'no') return;
    const meaning = project.meaningOf(node.id);
    if (meaning.kind?.value !== 'bridge' || meaning.weight) return;
    const isWeight = (name: string): boolean =>
      /(?:^|_)(?:weight|weighting|weighted|alloc|allocation|factor|share|pct|percent|percentage|ratio|fraction|proportion)(?:_|$)/i.test(
        name,
      );
    if (columns.some(one => isWeight(one.column.name))) return;
    const inferred = meaning.kind.by === 'inferred' ? ` (It is taken for a bridge: ${meaning.kind.because}.)` : '';
    report(
      'file',
      `The bridge '${node.name}' has no weight: a sum that goes through it counts a fact once per row of the bridge. Add a column that adds up to 1 for each fact, and name it as 'weight' under meta.grainline.${inferred}`,
    );
  },
  examples: {
    'keys alone': `
      //- models/schema.yml
      models:
        - name: account_holders
          config: { meta: { grainline: { kind: bridge } } }
      //- models/account_holders.sql
      !!! info: The bridge 'account_holders' has no weight
      select account_key, customer_key, is_primary from {{ ref('stg_holders') }}
    `,
    'by its prefix, behind a CTE': `
      //- grainline.yml
      extends: [kimball]
      //- models/marts/brg_account_holders.sql
      !!! It is taken for a bridge: its name begins with 'brg_'
      with holders as (select account_key, customer_key from {{ ref('stg_holders') }}) select * from holders
    `,
    'a weight, declared or named': `
      //- models/schema.yml
      models:
        - name: holders_a
          config: { meta: { grainline: { kind: bridge, weight: part } } }
        - name: holders_b
          config: { meta: { grainline: { kind: bridge } } }
          columns: [{ name: part, meta: { grainline: { role: weight } } }]
        - name: holders_c
          config: { meta: { grainline: { kind: bridge } } }
        - name: holders_d
          config: { meta: { grainline: { kind: bridge } } }
      //- models/holders_a.sql
      select account_key, customer_key, part from {{ ref('x') }}
      //- models/holders_b.sql
      select account_key, customer_key, part from {{ ref('x') }}
      //- models/holders_c.sql
      select account_key, customer_key, 1.0 / holders as allocation_factor from {{ ref('x') }}
      //- models/holders_d.sql
      select * from {{ source('shop', 'holders') }}
    `,
  },
});
