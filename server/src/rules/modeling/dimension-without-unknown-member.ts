import { walk } from '../../syntax/sql/walk.ts';
import { holdsUnknown } from '../expressions.ts';
import { defineRule, type SqlUnit } from '../rule.ts';

export default defineRule({
  summary: 'A dimension without a row for what is not known.',
  why: 'Facts whose dimension is missing have NULL for a key: inner joins drop them, and totals by the dimension no longer add up to the total.',
  details:
    'Fires for dimensions (by declaration, a specification, or a prefix that has a meaning in the project) whose SQL makes no row of literals (`union all select -1, …`, VALUES) and that do not say under `meta.grainline` what stands for the unknown: `unknown_member: -1`, or `none` where facts always find their row. Off unless turned on: many teams write the unknown in the report instead.',
  severity: 'info',
  default: 'off',
  on: 'model',
  check({ node }, { project, unit, report }) {
    if (!project || !unit || node.kind !== 'model' || node.isEnabled === 'no') return;
    const meaning = project.meaningOf(node.id);
    if (meaning.kind?.value !== 'dimension' || meaning.unknownMember || isDates(node.name)) return;
    // What a macro or a placeholder adds may be that row.
    if (unit.problems.length > 0 || holdsUnknown(unit.tree) || unit.expansion.unknowns.length > 0) return;
    if (makesLiteralRow(unit)) return;
    const inferred = meaning.kind.by === 'inferred' ? ` (It is taken for a dimension: ${meaning.kind.because}.)` : '';
    report(
      'file',
      `'${node.name}' has no row for what is not known: facts without a match have no key, and an inner join drops them. Add a row such as (-1, 'unknown'), or say under meta.grainline what stands for it (unknown_member).${inferred}`,
    );
  },
  examples: {
    none: `
      //- models/schema.yml
      models:
        - name: dim_stores
          config: { meta: { grainline: { kind: dimension } } }
      //- models/dim_stores.sql
      !!! info: 'dim_stores' has no row for what is not known
      with stores as (select store_id, city from {{ ref('stg_stores') }})
      select store_id, city from stores
      union all
      select store_id, city from {{ ref('stg_old_stores') }}
    `,
    'a row of literals, in a union, a CTE or VALUES': `
      //- models/schema.yml
      models:
        - name: dim_a
          config: { meta: { grainline: { kind: dimension } } }
        - name: dim_b
          config: { meta: { grainline: { kind: dimension } } }
        - name: dim_c
          config: { meta: { grainline: { kind: dimension } } }
      //- models/dim_a.sql
      select store_id, city from {{ ref('stg_stores') }}
      union all
      select -1, 'unknown'
      //- models/dim_b.sql
      with nobody as (select md5('-1') as store_key, cast(null as text) as city)
      select store_key, city from {{ ref('stg_stores') }} union all select * from nobody
      //- models/dim_c.sql
      select a, b from {{ ref('stg_stores') }} union all select * from (values (-1, 'unknown')) as v(a, b)
    `,
    'said under meta, dates, other models, and what a macro may add': `
      //- models/schema.yml
      models:
        - name: dim_a
          config: { meta: { grainline: { kind: dimension, unknown_member: none } } }
        - name: dim_dates
          config: { meta: { grainline: { kind: dimension } } }
        - name: fct_sales
          config: { meta: { grainline: { kind: fact } } }
        - name: dim_b
          config: { meta: { grainline: { kind: dimension } } }
      //- models/dim_a.sql
      select 1 as a from {{ ref('x') }}
      //- models/dim_dates.sql
      select date_day from {{ ref('x') }}
      //- models/fct_sales.sql
      select a from {{ ref('x') }}
      //- models/dim_b.sql
      select a from {{ ref('x') }} {{ with_unknown_member('a') }}
    `,
  },
});

function isDates(name: string): boolean {
  return /^(?:dim_)?(?:dates?|days?|calendars?|times?)$/i.test(name);
}

/** A branch of a union, or a CTE, that reads nothing, or VALUES. */
function makesLiteralRow(unit: SqlUnit): boolean {
  let found = false;
  walk(unit.tree, node => {
    if (node.kind === 'values') found = true;
    if (node.kind === 'select' && !node.from) found = true;
    return found ? 'skip' : undefined;
  });
  return found;
}
