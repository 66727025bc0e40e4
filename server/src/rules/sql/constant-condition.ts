import type { BinaryExpression, Expression, Literal, Select } from '../../syntax/sql/tree.ts';
import { bare, columnOf, joinsIn, operandsOf, quoted } from '../expressions.ts';
import { defineRule, type SqlUnit } from '../rule.ts';
import { isWritten } from '../written.ts';

export default defineRule({
  summary: 'A condition that is the same for every row: a column compared with itself, or with two values at once.',
  why: 'Either it says nothing but drops NULLs, or no row can pass. Nearly always another column was meant.',
  details:
    'Fires on `a.x = a.x`, `a.x <> a.x`, and `x = 1 and x = 2`, in WHERE, ON, HAVING and QUALIFY. Silent for conditions that are constant on purpose (`1 = 1`, `true`, `1 = 0`), for values that Jinja writes, and for floats, where `x = x` looks for NaN.',
  severity: 'warning',
  basis: 'absence',
  on: 'sql:select',
  check(select, { unit, report }) {
    if (!unit || select.isOpaque) return;
    for (const condition of conditionsOf(select)) {
      const values = new Map<string, Literal>();
      for (const one of operandsOf(condition, 'and')) {
        if (one.kind !== 'binary' || !isWritten(unit, one)) continue;
        const itself = comparesItself(one, unit);
        if (itself) {
          report(
            one,
            one.operator === '=' || one.operator === '<=' || one.operator === '>='
              ? `${itself} is compared with itself, which only drops rows where it is NULL. Compare it with the column that you mean, or write 'is not null'.`
              : `${itself} is compared with itself, so no row passes. Compare it with the column that you mean.`,
          );
          continue;
        }
        const fixed = fixedValue(one, unit);
        if (!fixed) continue;
        const before = values.get(fixed.column);
        if (before && differs(before, fixed.value)) {
          report(
            one,
            `${quoted(unit, fixed.name)} cannot be ${quoted(unit, before)} and ${quoted(unit, fixed.value)} at once, so no row passes. Write OR or IN, or leave one out.`,
          );
        } else values.set(fixed.column, fixed.value);
      }
    }
  },
  examples: {
    'a column compared with itself in a join': `
      select o.id from {{ ref('orders') }} as o
      join {{ ref('lines') }} as l on l.order_id = o.id and l.kind = l.kind
                                                            ^^^^^^^^^^^^^^^ only drops rows where it is NULL
    `,
    'the inner query hides the outer name': `
      select id from {{ ref('orders') }} as orders
      where exists (select 1 from (select 1 as id) as lines where id = lines.id)
                                                                  ^^^^^^^^^^^^^ 'id' is compared with itself
    `,
    'never true': `
      select id from {{ ref('orders') }} as o where o.amount <> o.amount and o.id > 1
                                                    ^^^^^^^^^^^^^^^^^^^^ no row passes
    `,
    'two values at once': `
      with paid as (
        select id from {{ ref('orders') }} where status = 'paid' and (id > 10) and status = 'sent'
                                                                                   ^^^^^^^^^^^^^^^ cannot be ''paid'' and ''sent'' at once
      )
      select id from paid
    `,
    'constant on purpose': `
      select id from {{ ref('orders') }} as o join {{ ref('days') }} as d on true where 1 = 1 and 1 = 0 and true
    `,
    'values that Jinja writes': `
      select id from {{ ref('orders') }} where '{{ var("kind", "all") }}' = 'all' and kind = {{ "'a'" }} and kind = 'b'
    `,
    'floats, letters that may be equal, other columns, one value twice': `
      select cast(o.x as float) as x from {{ ref('orders') }} as o join {{ ref('orders') }} as p on o.id = p.id
      where o.kind = 'a' and p.kind = 'b' and o.code = 'DE' and o.code = 'de' and o.n = 1 and o.n = 1.0 and o.n is not null
    `,
    'a text in double quotes, on BigQuery': `
      //- grainline.yml
      dialect: bigquery
      //- models/example.sql
      select id from {{ ref('orders') }} where "a" = "a" and kind = "a"
    `,
    'the element of an array under the name of a column': `
      //- grainline.yml
      dialect: bigquery
      //- models/example.sql
      select t.id from {{ ref('trips') }} as t, unnest(t.stop_ids) as stop_id
      join (select 1 as stop_id, 'x' as name) as stops on stop_id = stops.stop_id
    `,
    'only one world has both': `
      {{ config(materialized='incremental') }}
      select id from {{ ref('orders') }} where kind = {% if is_incremental() %} 'a' {% else %} 'b' {% endif %} and kind = 'b'
    `,
  },
});

function conditionsOf(select: Select): readonly Expression[] {
  const found: Expression[] = [];
  for (const clause of [select.where, select.having, select.qualify]) if (clause) found.push(clause.condition);
  for (const join of joinsIn(select)) if (join.on) found.push(join.on);
  return found;
}

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '!=', '<', '>', '<=', '>=']);

/** What is compared with itself, for messages. */
function comparesItself(one: BinaryExpression, unit: SqlUnit): string | undefined {
  if (!COMPARISONS.has(one.operator)) return undefined;
  const left = identityOf(one.left, unit);
  if (left === undefined || left !== identityOf(one.right, unit)) return undefined;
  return unit.facts.typeOf(bare(one.left))?.family === 'float' ? undefined : quoted(unit, one.left);
}

function identityOf(expression: Expression, unit: SqlUnit): string | undefined {
  const column = columnOf(unit, bare(expression));
  if (!column || (column.kind === 'column' && column.merged)) return undefined;
  return `${column.relation.id}:${column.column.name}`;
}

function fixedValue(
  one: BinaryExpression,
  unit: SqlUnit,
): { readonly column: string; readonly name: Expression; readonly value: Literal } | undefined {
  if (one.operator !== '=') return undefined;
  const sides = [bare(one.left), bare(one.right)] as const;
  const value = sides.find(side => side.kind === 'literal');
  const name = sides.find(side => side.kind === 'column');
  if (value?.kind !== 'literal' || !name || value.hasUnknown || value.prefix) return undefined;
  const column = identityOf(name, unit);
  return column === undefined ? undefined : { column, name, value };
}

/** Never equal: texts differ in more than case, which some collations pass over, or trailing spaces. */
function differs(a: Literal, b: Literal): boolean {
  if (a.type === 'string' && b.type === 'string') {
    return a.value.trimEnd().toLowerCase() !== b.value.trimEnd().toLowerCase();
  }
  return a.type === 'integer' && b.type === 'integer' && Number(a.value) !== Number(b.value);
}
