import type { NodeMeaning } from '../../project/meaning.ts';
import { isSameSource, selectOfQuery, type Traced, traceColumn } from '../../project/trace.ts';
import type { Expression, FunctionCall, Query } from '../../syntax/sql/tree.ts';
import { functionName } from '../expressions.ts';
import { defineRule, insert, type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { inCaseOf, isWritten, textOf } from '../written.ts';

export default defineRule({
  summary:
    'A dimension declared as type 6 lacks its current values beside the historical ones, or computes them so that they are not the current ones.',
  why: 'Type 6 lets reports group old facts by what holds today. A `current_x` that differs between the versions of one key splits them again, and nobody notices.',
  details:
    'Fires for models declared as type 6 whose columns are all known: without validity columns, without any `current_x` (or a column with the role `current-value`), with a `current_x` but no `x`, `historical_x` or `x_at_the_time` beside it, with a `current_x` that is the same column as `x`, and with one made by LAST_VALUE in its default frame, which ends at the present row and so gives each version its own value. A join to the current row, FIRST_VALUE in descending order and LAST_VALUE over the whole partition are right.',
  severity: 'warning',
  on: 'model',
  check(model, { project, unit, report }) {
    const { node, columns, isComplete } = model;
    const meaning = project?.meaningOf(node.id);
    if (!project || !meaning || !unit || node.kind !== 'model' || !isComplete || meaning.scd?.value !== 6) return;
    const history = project.historyOf(node.id);
    const names = columns.map(one => one.column.name);
    if (history?.validFrom === undefined || (history.validTo === undefined && history.isCurrent === undefined)) {
      const { validFrom, validTo } = project.config.validity;
      const missing = history?.validFrom === undefined ? (validFrom[0] ?? 'valid_from') : (validTo[0] ?? 'valid_to');
      report(
        'file',
        `'${node.name}' is declared as type 6, which keeps versions, but delivers no '${missing}': they cannot be told apart. Add it.`,
      );
      return;
    }
    const current = currentValues(names, meaning);
    if (current.length === 0) {
      report(
        'file',
        `'${node.name}' is declared as type 6 but delivers no current value beside the historical ones. Add a 'current_…' for each attribute that reports group by as it is today, or declare type 2.`,
      );
      return;
    }
    const query = unit.tree.statements.find((one): one is Query => one.kind === 'query');
    const select = query && selectOfQuery(query);
    for (const { name, of } of current) {
      const beside = of.find(one => names.some(other => other.toLowerCase() === one.toLowerCase()));
      const made = select && traceColumn(unit.facts, select, name);
      const item = columns.find(one => one.column.name === name)?.item;
      const place = item?.kind === 'item' ? item : 'file';
      if (beside === undefined) {
        report(
          place,
          `'${node.name}' delivers '${name}' but not the value that held at the time. Deliver '${of[0]}' beside it.`,
        );
        continue;
      }
      const held = select && traceColumn(unit.facts, select, beside);
      if (made && held && isSameSource(made, held)) {
        report(
          place,
          `'${name}' is '${beside}' by another name: each version carries its own value, not that of the current version. Take it from the current row of the key.`,
        );
        continue;
      }
      const call = lastValueIn(made);
      if (call) {
        report(
          isWritten(unit, call) ? call : place,
          `LAST_VALUE looks no further than the present row unless told so: '${name}' is each version's own value, not that of the current version. Give it the whole partition.`,
          { fixes: frameFix(unit, call) },
        );
      }
    }
  },
  examples: {
    'the default frame of LAST_VALUE': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { kind: dimension, scd: 6, natural_key: customer_id } } }
      //- models/dim_customers.sql
      select customer_id, tier,
        last_value(tier) over (partition by customer_id order by valid_from) as current_tier,
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: 'current_tier' is each version's own value
        valid_from, valid_to, is_current
      from {{ ref('stg_customers') }}
      -> Look at the whole partition
      //- models/dim_customers.sql
      select customer_id, tier,
        last_value(tier) over (partition by customer_id order by valid_from rows between unbounded preceding and unbounded following) as current_tier,
        valid_from, valid_to, is_current
      from {{ ref('stg_customers') }}
    `,
    'no current value, behind a CTE and a star': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { scd: 6, natural_key: customer_id } } }
      //- models/dim_customers.sql
      !!! delivers no current value
      with final as (select customer_id, tier, valid_from, valid_to, is_current from {{ ref('stg_customers') }})
      select * from final
    `,
    'the same column twice, and one without the historical value': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { scd: 6, natural_key: customer_id } } }
      //- models/dim_customers.sql
      select customer_id, tier, tier as current_tier, region as current_region, valid_from, {{ 'valid_to' }}
                                ^^^^^^^^^^^^^^^^^^^^ is 'tier' by another name
                                                      ^^^^^^^^^^^^^^^^^^^^^^^^ Deliver 'region' beside it
      from {{ ref('stg_customers') }}
    `,
    'without validity': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { scd: 6, natural_key: customer_id } } }
      //- models/dim_customers.sql
      !!! delivers no 'valid_from'
      select customer_id, tier, current_tier from {{ ref('stg_customers') }}
    `,
    'right, in each way': `
      //- models/schema.yml
      models:
        - name: a
          config: { meta: { grainline: { scd: 6, natural_key: id } } }
        - name: b
          config: { meta: { grainline: { scd: 6, natural_key: id } } }
        - name: c
          config: { meta: { grainline: { scd: 6, natural_key: id } } }
          columns: [{ name: tier_today, config: { meta: { grainline: { role: current-value, of: tier } } } }]
      //- models/a.sql
      select id, tier, first_value(tier) over (partition by id order by valid_from desc) as current_tier, valid_from, valid_to
      from {{ ref('x') }}
      //- models/b.sql
      select v.id, v.tier as historical_tier, c.tier as current_tier, v.valid_from, v.valid_to
      from {{ ref('x') }} as v left join {{ ref('x') }} as c on c.id = v.id and c.is_current
      //- models/c.sql
      select id, tier, valid_from, valid_to,
        last_value(tier) over (partition by id order by valid_from rows between unbounded preceding and unbounded following) as tier_today
      from {{ ref('x') }}
    `,
  },
});

/** With the names that the value of the time may have. */
function currentValues(
  names: readonly string[],
  meaning: NodeMeaning,
): readonly { readonly name: string; readonly of: readonly string[] }[] {
  return names.flatMap(name => {
    const said = meaning.columns.get(name.toLowerCase());
    if (said?.role?.value === 'current-value' && said.of) return [{ name, of: [said.of.value] }];
    const match = /^current_(\w+)$/i.exec(name) ?? /^(\w+)_current$/i.exec(name);
    const of = match?.[1];
    if (of === undefined || /^(?:flag|row|record|version|indicator)|_(?:flag|indicator)$/i.test(of) || /^is$/i.test(of))
      return [];
    return [{ name, of: [of, `historical_${of}`, `${of}_historical`, `${of}_at_the_time`] }];
  });
}

/** LAST_VALUE without a frame that reaches the end of the partition. */
function lastValueIn(traced: Traced | undefined): FunctionCall | undefined {
  let inner: Expression | undefined = traced?.kind === 'expression' ? traced.expression : undefined;
  for (let depth = 0; inner?.kind === 'cast' && depth < 5; depth++) inner = inner.operand;
  if (inner?.kind !== 'call' || functionName(inner) !== 'last_value') return undefined;
  const { over } = inner;
  if (over?.kind !== 'window' || over.base !== undefined || over.orderBy === undefined) return undefined;
  const { frame } = over;
  return frame === undefined || !(frame.to ?? 'current row').includes('following') ? inner : undefined;
}

function frameFix(unit: SqlUnit, call: FunctionCall): readonly RuleFix[] {
  const { over } = call;
  if (over?.kind !== 'window' || !over.orderBy || !isWritten(unit, over)) return [];
  const words = inCaseOf(
    textOf(unit, { start: over.orderBy.start, end: over.orderBy.start + 5 }),
    'rows between unbounded preceding and unbounded following',
  );
  const edit = over.frame ? replace(over.frame, words) : insert(over.orderBy.end, ` ${words}`);
  return [suggest('Look at the whole partition', edit)];
}
