import { contains } from '../../base/span.ts';
import type { ResolvedColumn, ScopeRelation, SelectScope } from '../../project/infer/scopes.ts';
import { normalizeName } from '../../syntax/sql/names.ts';
import type { ColumnReference, Identifier } from '../../syntax/sql/tree.ts';
import { pathAt } from '../../syntax/sql/walk.ts';
import { selectOf } from '../expressions.ts';
import { defineRule, insert, type RuleContext, type SqlUnit, suggest } from '../rule.ts';
import { enclosing, isWritten } from '../written.ts';
import { itemOf } from './set-branches.ts';

export default defineRule({
  summary: 'A column without a qualifier that two of the joined relations have.',
  why: 'The warehouse refuses the query, or takes the column of one side without saying which.',
  details:
    'Fires where both relations certainly have the column, through stars, CTEs and models. Silent for columns that USING or NATURAL made one, for output names in GROUP BY, HAVING, QUALIFY and ORDER BY, and where not all columns are known.',
  severity: 'error',
  on: 'unresolved',
  check({ reference, resolved }, context) {
    if (resolved.kind === 'ambiguous') checkAmbiguous(reference, resolved, context);
  },
  examples: {
    'two models have the column': `
      //- models/orders.sql
      select id, customer_id, amount from {{ source('shop', 'orders') }}
      //- models/customers.sql
      select id, name from {{ source('shop', 'customers') }}
      //- models/sales.sql
      select id, c.name, o.amount
             ^^ 'o' and 'c' both have 'id'
      from {{ ref('orders') }} as o join {{ ref('customers') }} as c on c.id = o.customer_id
      -> Write o.id
      //- models/sales.sql
      select o.id, c.name, o.amount
      from {{ ref('orders') }} as o join {{ ref('customers') }} as c on c.id = o.customer_id
    `,
    'CTEs, in WHERE': `
      with a as (select 1 as id, 'x' as kind), b as (select 1 as a_id, 'y' as kind)
      select a.id from a join b on b.a_id = a.id where kind = 'x'
                                                       ^^^^ 'a' and 'b' both have 'kind'
    `,
    'two columns of one name in a CTE': `
      with pairs as (select a.id, b.id from {{ ref('a') }} as a join {{ ref('b') }} as b on b.a_id = a.id)
      select pairs.id from pairs
             ^^^^^^^^ 'pairs' has two columns named 'id'
    `,
    'a model that delivers a name twice is found there': `
      //- models/pairs.sql
      select 1 as id, 2 as id
      //- models/example.sql
      with pairs as (select * from {{ ref('pairs') }}) select pairs.id from pairs
    `,
    'one column named twice, where that is no clash': `
      //- grainline.yml
      dialect: databricks
      //- models/example.sql
      with raw as (select week, n from {{ ref('weeks') }}), weeks as (select week, n, n, n as m, week as m from raw)
      select week, n, m from weeks
                      ^ 'weeks' has two columns named 'm'
    `,
    'one column named twice, elsewhere': `
      //- grainline.yml
      dialect: snowflake
      //- models/example.sql
      with weeks as (select week, n, n from {{ ref('weeks') }})
      select week, n from weeks
                   ^ 'weeks' has two columns named 'n'
    `,
    'USING makes one of two': `
      with a as (select 1 as id), b as (select 1 as id, 2 as n) select id, n from a join b using (id)
    `,
    'output names and qualified names': `
      with a as (select 1 as id, 2 as n), b as (select 1 as id)
      select a.id, sum(n) as n_sum from a join b on b.id = a.id group by id order by id
    `,
    'not all columns are known': `
      with b as (select 1 as id) select id from {{ ref('a') }} as a join b on b.id = a.b_id
    `,
  },
});

function checkAmbiguous(
  reference: ColumnReference,
  resolved: Extract<ResolvedColumn, { readonly kind: 'ambiguous' }>,
  { unit, report }: RuleContext,
): void {
  const name = reference.parts[0];
  if (!unit || !name || unit.node?.isEnabled === 'no' || !isWritten(unit, reference)) return;
  const scope = unit.facts.scopeOf(reference);
  if (!scope || scope.select?.isOpaque || unit.problems.length > 0) return;
  const [first, second] = resolved.relations;
  const label = resolved.name.name;
  if (!first?.name) return;
  if (!second) {
    const message = `'${first.name.name}' has two columns named '${label}', so nobody can say which is meant. Give one of them another name where '${first.name.name}' is made.`;
    if (isDoubledHere(first, resolved.name, unit)) report(reference, message);
    return;
  }
  if (!second.name || first.nameKey === second.nameKey || reference.parts.length > 1) return;
  if (isOutputName(name, reference, scope, unit)) return;
  const names = [...new Set(resolved.relations.flatMap(one => one.name?.name ?? []))];
  report(
    reference,
    `${names.map(one => `'${one}'`).join(' and ')} both have '${label}', so nobody can say whose is meant. Write '${names[0]}.${label}' or '${names[1]}.${label}'.`,
    { fixes: names.slice(0, 3).map(one => suggest(`Write ${one}.${label}`, insert(reference.start, `${one}.`))) },
  );
}

/** The CTE or subquery itself brings the name twice; a star over one relation only hands on what another file does. */
function isDoubledHere(relation: ScopeRelation, name: Identifier, unit: SqlUnit): boolean {
  const select = selectOf(relation);
  const scope = select && unit.facts.scopes.get(select);
  if (!select || !scope) return false;
  const folded = normalizeName(name, unit.dialect);
  const { columns } = scope.output;
  const places = columns.flatMap((column, i) => (normalizeName(column, unit.dialect) === folded ? [i] : []));
  if (scope.relations.length > 1) return true;
  // Spark takes one column that is named twice for one column.
  const items = places.map(i => itemOf(select, i, unit));
  if (/^(?:ansi|databricks|sparksql)$/.test(unit.dialect) && items.every(isHandedOn)) return false;
  return new Set(items).size > 1;
}

function isHandedOn(item: ReturnType<typeof itemOf>): boolean {
  if (item?.kind === 'star') return true;
  return item?.kind === 'item' && item.alias === undefined && item.expression.kind === 'column';
}

/** An output name of the list, read behind it: which of the two goes first differs between dialects. */
function isOutputName(name: Identifier, reference: ColumnReference, scope: SelectScope, unit: SqlUnit): boolean {
  const { select } = scope;
  if (!select || enclosing(pathAt(unit.tree, reference.start), 'select') !== select) return true;
  const isInList = select.items.some(item => contains(item, reference));
  const isBefore = [select.from, select.where].some(clause => clause && contains(clause, reference));
  if (isBefore) return false;
  const folded = normalizeName(name, unit.dialect);
  return select.items.some(item => {
    if (item.kind === 'star') return !isInList;
    if (item.kind !== 'item' || contains(item, reference)) return false;
    const own =
      item.alias ?? (item.expression.kind === 'column' && !isInList ? item.expression.parts.at(-1) : undefined);
    return own !== undefined && normalizeName(own, unit.dialect) === folded;
  });
}
