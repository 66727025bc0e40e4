import type { CandidateKey } from '../../project/facts.ts';
import type { ScopeRelation } from '../../project/infer/scopes.ts';
import type { Select } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { definitionOf } from '../defining.ts';
import { defineRule, type SqlUnit } from '../rule.ts';

export default defineRule({
  summary: 'A `unique` test on a column that a join of the model repeats.',
  why: 'The joined table has several rows for one value, so the column comes out as many times and the test fails as soon as the data has such rows.',
  details:
    'Fires where a joined relation has a key of several columns, by test or GROUP BY, and the join and its filters mention only some of them. Silent where a later GROUP BY, DISTINCT or QUALIFY takes the rows together again, where another key is matched whole, and where nothing is known of the keys but a DISTINCT.',
  severity: 'warning',
  status: 'preview',
  on: 'model',
  check({ node }, { unit, report }) {
    if (!unit) return;
    for (const column of node.properties?.columns ?? []) {
      const isTested = column.tests.some(
        one => one.name === 'unique' && one.config['where'] === undefined && one.config['enabled'] !== false,
      );
      const definition = isTested ? definitionOf(column.name, unit) : undefined;
      for (const [i, select] of (definition?.through ?? []).entries()) {
        if (select.groupBy || select.distinct || select.qualify || select.isOpaque) break;
        const found = repeating(select, definition?.relations[i], unit);
        if (!found) continue;
        const { relation, missing } = found;
        report(
          relation.table,
          `'${column.name}' has a unique test, but '${relation.name?.name}' has a row for each ${missing.map(one => `'${one}'`).join(', ')} too, which this join does not match: the column repeats. Reduce '${relation.name?.name}' to one row first, or test the columns together.`,
        );
        break;
      }
    }
  },
  examples: {
    'half of a tested key': `
      //- models/schema.yml
      models:
        - name: rates
          data_tests:
            - dbt_utils.unique_combination_of_columns: { combination_of_columns: [currency, day] }
        - name: orders
          columns: [{ name: order_id, data_tests: [unique] }]
      //- models/rates.sql
      select currency, day, rate from {{ source('x', 'rates') }}
      //- models/orders.sql
      select o.order_id, r.rate
      from {{ ref('stg_orders') }} as o
      left join {{ ref('rates') }} as r on r.currency = o.currency
                   ^^^^^^^^^^^^^^^^^^^^ warning: has a row for each 'day' too
    `,
    'half of a GROUP BY, behind a CTE': `
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: order_id, tests: [unique] }]
      //- models/orders.sql
      with totals as (select order_id, status, sum(n) as n from {{ ref('lines') }} group by order_id, status),
      joined as (
        select o.order_id, t.n from {{ ref('stg_orders') }} as o join totals as t on t.order_id = o.order_id
                                                                      ^^^^^^^^^^^ the column repeats
      )
      select order_id, n from joined
    `,
    'the whole key, a filter on the rest, rows taken together': `
      //- models/schema.yml
      models:
        - name: a
          columns: [{ name: order_id, tests: [unique] }]
        - name: b
          columns: [{ name: order_id, tests: [unique] }]
        - name: c
          columns: [{ name: order_id, tests: [unique] }]
      //- models/totals.sql
      select order_id, status, sum(n) as n from {{ ref('lines') }} group by order_id, status
      //- models/a.sql
      select o.order_id from {{ ref('o') }} as o join {{ ref('totals') }} as t on t.order_id = o.order_id and t.status = o.status
      //- models/b.sql
      select o.order_id from {{ ref('o') }} as o join {{ ref('totals') }} as t on t.order_id = o.order_id where t.status = 'x'
      //- models/c.sql
      with j as (select o.order_id, t.n from {{ ref('o') }} as o join {{ ref('totals') }} as t on t.order_id = o.order_id)
      select order_id, sum(n) as n from j group by order_id
    `,
    'rows that only DISTINCT tells apart': `
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: order_id, tests: [unique] }]
      //- models/orders.sql
      with sources as (select distinct source, loaded_at from {{ ref('x') }})
      select o.order_id, s.loaded_at from {{ ref('o') }} as o join sources as s on s.source = o.source
    `,
    'no key is known, or a key of one column is matched': `
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: order_id, tests: [unique] }]
      //- models/orders.sql
      with customers as (select customer_id, count(*) as n from {{ ref('x') }} group by customer_id)
      select o.order_id from {{ ref('o') }} as o
      join {{ ref('y') }} as y on y.id = o.y_id
      join customers as c on c.customer_id = o.customer_id
    `,
  },
});

/** A relation beside the column's own whose key the select mentions in part, with the columns it leaves out. */
function repeating(
  select: Select,
  own: ScopeRelation | undefined,
  unit: SqlUnit,
): { readonly relation: ScopeRelation; readonly missing: readonly string[] } | undefined {
  const scope = unit.facts.scopes.get(select);
  if (!scope || scope.isOpen || !own || scope.merged.length > 0 || !select.from) return undefined;
  const mentioned = mentionedColumns(select, unit);
  for (const relation of scope.relations) {
    if (relation === own || relation.hiddenBy || relation.isLateral || relation.keys.length === 0) continue;
    const names = mentioned.get(relation) ?? new Set<string>();
    // Not joined on anything of its own: what repeats then is another rule's business.
    if (names.size === 0) continue;
    const left = relation.keys.map(key => key.columns.filter(column => !names.has(column)));
    if (left.some(columns => columns.length === 0)) continue;
    const i = relation.keys.findIndex((key, at) => isHalfMatched(key, left[at] ?? []));
    if (i >= 0) return { relation, missing: left[i] ?? [] };
  }
  return undefined;
}

function isHalfMatched(key: CandidateKey, missing: readonly string[]): boolean {
  // DISTINCT over several columns says little: people write it though the first one is unique.
  const isMeant = key.declaredBy !== undefined || key.because === 'group by';
  return isMeant && key.columns.length > 1 && missing.length < key.columns.length;
}

/** Columns of each relation that conditions of joins and WHERE speak of, in whatever way. */
function mentionedColumns(select: Select, unit: SqlUnit): ReadonlyMap<ScopeRelation, ReadonlySet<string>> {
  const found = new Map<ScopeRelation, Set<string>>();
  for (const part of [select.from, select.where]) {
    if (!part) continue;
    walk(part, one => {
      if (one.kind === 'subquery') return 'skip';
      if (one.kind !== 'column') return undefined;
      const resolved = unit.facts.resolve(one);
      if (resolved?.kind !== 'column') return undefined;
      const names = found.get(resolved.relation);
      const name = resolved.column.name.toLowerCase();
      if (names) names.add(name);
      else found.set(resolved.relation, new Set([name]));
      return undefined;
    });
  }
  return found;
}
