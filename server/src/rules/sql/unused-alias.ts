import { normalizeName } from '../../syntax/sql/names.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { defineRule, remove, type SqlUnit, safe } from '../rule.ts';
import { isWritten } from '../written.ts';

export default defineRule({
  summary: 'A table has an alias that nothing uses.',
  why: 'A second name to remember for nothing; readers look for where it is used.',
  details:
    'Silent for subqueries, functions and UNNEST, whose alias the dialect may demand, for tables read twice, and where Jinja may use the alias.',
  severity: 'info',
  default: 'off',
  basis: 'absence',
  on: 'sql:select',
  check(select, { unit, dialect, report }) {
    const scope = unit?.facts.scopes.get(select);
    if (!unit || !scope || scope.isOpen || select.isOpaque || unit.expansion.unknowns.length > 0) return;
    if (scope.relations.every(relation => relation.alias === undefined)) return;
    const used = namesUsedAround(select, unit);
    for (const { alias, table } of scope.relations) {
      if (!alias || table.kind !== 'table' || table.alias?.columns || !isWritten(unit, alias)) continue;
      const name = normalizeName(alias, dialect);
      if (alias.hasUnknown || used.has(name) || isInJinja(alias.name, unit)) continue;
      const own = table.name.parts.at(-1);
      // Without aliases two tables of one name could not be told apart; the alias may repeat the name as well.
      const isTwin = scope.relations.some(
        other =>
          other.table !== table && other.table.kind === 'table' && other.table.name.parts.at(-1)?.name === own?.name,
      );
      if (isTwin || (own && normalizeName(own, dialect) === name) || (own && used.has(normalizeName(own, dialect))))
        continue;
      report(alias, `Nothing uses the alias '${alias.name}'. Remove it, or qualify columns with it.`, {
        tag: 'unnecessary',
        fixes:
          table.modifiers.length === 0
            ? [safe('Remove the alias', remove({ start: table.name.end, end: table.end }))]
            : [],
      });
    }
  },
  examples: {
    'an alias nobody uses': `
      select id, name from {{ ref('orders') }} as o
                                                  ^ Nothing uses the alias 'o'
      ->
      select id, name from {{ ref('orders') }}
    `,
    'in a CTE': `
      with a as (select 1 as id), b as (select id from a x) select id from b
                                                         ^ Nothing uses
      ->
      with a as (select 1 as id), b as (select id from a) select id from b
    `,
    'used in a star, in a subquery, as a whole row': `
      select o.* from {{ ref('orders') }} as o
      union all
      select id, (select max(x) from {{ ref('lines') }} as l where l.order_id = p.id) as x from {{ ref('orders') }} as p
      union all
      select to_json(q) as id, 1 as x from {{ ref('orders') }} as q
    `,
    'subqueries, arrays, tables read twice, Jinja': `
      select id, {{ dbt_utils.star(from=ref('x'), relation_alias='z') }} from (select 1 as id) as s, unnest(tags) as t, a as b, a as c, x as z
    `,
  },
});

/** A macro may be handed the alias. */
function isInJinja(name: string, unit: SqlUnit): boolean {
  const words = unit
    .jinjaText()
    .toLowerCase()
    .split(/[^\p{L}\p{N}_$]+/u);
  return words.includes(name.toLowerCase());
}

/** First and second names of everything qualified in the select, and all bare names: whole rows have none. */
function namesUsedAround(select: Parameters<typeof walk>[0], unit: SqlUnit): ReadonlySet<string> {
  const used = new Set<string>();
  walk(select, node => {
    if (node.kind === 'column') {
      for (const part of node.parts.length > 1 ? node.parts.slice(0, -1) : node.parts)
        used.add(normalizeName(part, unit.dialect));
    } else if (node.kind === 'star') {
      for (const part of node.qualifier?.parts ?? []) used.add(normalizeName(part, unit.dialect));
    } else if (node.kind === 'table' && node.name.parts.length > 1) {
      // `t.items` in FROM reads a column of `t`.
      for (const part of node.name.parts) used.add(normalizeName(part, unit.dialect));
    }
  });
  return used;
}
