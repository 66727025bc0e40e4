import type { ScopeRelation, SelectScope } from '../../project/infer/scopes.ts';
import { selectBehind, traceColumn } from '../../project/trace.ts';
import type { Join } from '../../syntax/sql/tree.ts';
import { joinedRelation, joinsIn } from '../expressions.ts';
import { defineRule, type ProjectView, type SqlUnit } from '../rule.ts';
import { listed } from './fan-outs.ts';

export default defineRule({
  summary: 'Two facts are joined row by row, below the grain that they share.',
  why: 'Each row of one meets several rows of the other, so measures of both are counted several times. Facts are added up to a common grain first, then joined.',
  details:
    'Fires where both sides are declared to be facts (`meta.grainline.kind`, a specification), the keys of both are known, and the join covers the key of neither. Silent where the condition covers a key of one side (a line joined to its header), for facts of accumulating or consolidated form, and where one side was added up first.',
  severity: 'info',
  conventions: { kimball: 'warning', 'kimball-fact': 'warning' },
  on: 'sql:select',
  check(select, { unit, project, report }) {
    const scope = unit?.facts.scopes.get(select);
    if (!unit || !project || !scope || scope.isOpen || select.isOpaque || scope.relations.length < 2) return;
    for (const join of joinsIn(select)) {
      const found = join.on || join.using ? factsIn(unit, project, scope, join) : undefined;
      if (!found) continue;
      const [one, other] = found;
      report(
        join.on ?? { start: join.keyword.start, end: join.right.end },
        `'${one.name}' (one row per ${listed(one.key)}) and '${other.name}' (one row per ${listed(other.key)}) are both facts, and this join covers the key of neither: each row meets several rows of the other. Add up both to the grain they share before the join.`,
      );
    }
  },
  examples: {
    'orders and visits by customer': `
      //- models/schema.yml
      models:
        - name: fct_orders
          config: { meta: { grainline: { kind: fact } } }
          columns: [{ name: order_id, data_tests: [unique] }]
        - name: fct_visits
          config: { meta: { grainline: { kind: fact } } }
          columns: [{ name: visit_id, data_tests: [unique] }]
      //- models/fct_orders.sql
      select order_id, customer_id, amount from {{ ref('stg_orders') }}
      //- models/fct_visits.sql
      select visit_id, customer_id, minutes from {{ ref('stg_visits') }}
      //- models/example.sql
      with visits as (select * from {{ ref('fct_visits') }})
      select o.order_id, v.minutes from {{ ref('fct_orders') }} as o
      join visits as v on v.customer_id = o.customer_id
                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: 'fct_orders' (one row per 'order_id') and 'fct_visits' (one row per 'visit_id') are both facts
    `,
    'a header and its lines, facts added up first, names alone': `
      //- models/schema.yml
      models:
        - name: fct_orders
          config: { meta: { grainline: { kind: fact } } }
          columns: [{ name: order_id, data_tests: [unique] }]
        - name: fct_lines
          config: { meta: { grainline: { kind: fact } } }
          columns: [{ name: line_id, data_tests: [unique] }]
        - name: fct_named
          columns: [{ name: id, data_tests: [unique] }]
      //- models/fct_orders.sql
      select order_id, customer_id, amount from {{ ref('stg_orders') }}
      //- models/fct_lines.sql
      select line_id, order_id, customer_id, quantity from {{ ref('stg_lines') }}
      //- models/fct_named.sql
      select id, customer_id from {{ ref('stg_named') }}
      //- models/a.sql
      select l.line_id, o.amount from {{ ref('fct_lines') }} as l join {{ ref('fct_orders') }} as o on o.order_id = l.order_id
      //- models/b.sql
      with lines as (select customer_id, sum(quantity) as quantity from {{ ref('fct_lines') }} group by customer_id),
      orders as (select customer_id, sum(amount) as amount from {{ ref('fct_orders') }} group by customer_id)
      select orders.customer_id, amount, quantity from orders left join lines on lines.customer_id = orders.customer_id
      //- models/c.sql
      select o.order_id from {{ ref('fct_orders') }} as o join {{ ref('fct_named') }} as n on n.customer_id = o.customer_id
    `,
  },
});

interface Fact {
  readonly name: string;
  readonly key: readonly string[];
}

function factsIn(
  unit: SqlUnit,
  project: ProjectView,
  scope: SelectScope,
  join: Join,
): readonly [Fact, Fact] | undefined {
  const joined = joinedRelation(scope, join);
  const fact = joined && factIn(unit, project, joined);
  if (!joined || !fact) return undefined;
  const rows = unit.facts.rowsWithOne(joined);
  for (const other of scope.relations) {
    if (other.index >= joined.index || other.hiddenBy) continue;
    const second = factIn(unit, project, other);
    // Matched with one another, and not merely with the same dimension.
    if (!second || rows.fixed(other).size === 0 || rows.determines(other)) continue;
    if (unit.facts.rowsWithOne(other).determines(joined)) continue;
    return [second, fact];
  }
  return undefined;
}

/** The relation reads a declared fact with its rows as they are. */
function factIn(unit: SqlUnit, project: ProjectView, relation: ScopeRelation): Fact | undefined {
  const key = relation.keys.find(one => one.columns.length > 0);
  if (relation.hiddenBy || relation.isLateral || !key) return undefined;
  const id = nodeBehind(unit, relation, key.columns[0] ?? '');
  const node = id === undefined ? undefined : project.node(id);
  if (!node) return undefined;
  const { kind, form } = project.meaningOf(node.id);
  if (kind?.value !== 'fact' || kind.by === 'inferred' || form?.value === 'accumulating-snapshot') return undefined;
  // Its own key arrives: nothing was added up on the way.
  const isWhole = project.keysOf(node.id).some(own => own.columns.length === key.columns.length);
  return isWhole ? { name: node.name, key: key.columns } : undefined;
}

function nodeBehind(unit: SqlUnit, relation: ScopeRelation, column: string): string | undefined {
  if (relation.kind === 'node') return relation.node;
  const select = selectBehind(relation);
  const traced = select && traceColumn(unit.facts, select, column);
  if (traced?.kind !== 'column' || traced.path.some(step => step.select.groupBy || step.select.distinct))
    return undefined;
  return traced.relation.node;
}
