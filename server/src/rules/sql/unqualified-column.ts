import { normalizeName } from '../../syntax/sql/names.ts';
import { defineRule, insert, safe } from '../rule.ts';
import { enclosing, isWritten } from '../written.ts';

export default defineRule({
  summary: 'A column without its table, in a query of several tables.',
  why: 'Readers must know every schema to see where it comes from, and a column of that name added elsewhere breaks the query.',
  details:
    'Silent with one table (UNNEST and lateral joins aside), for columns that USING or NATURAL made one, for names of the list, and where nobody can say what the name means.',
  severity: 'warning',
  default: 'off',
  on: 'sql:column',
  check(reference, { unit, ancestors, dialect, report }) {
    const name = reference.parts[0];
    if (!unit || !name || reference.parts.length > 1 || !isWritten(unit, reference)) return;
    const scope = unit.facts.scopeOf(reference);
    if (!scope || scope.isOpen || scope.select?.isOpaque) return;
    if (scope.relations.filter(relation => !relation.isLateral && !relation.hiddenBy).length < 2) return;
    const resolved = unit.facts.resolve(reference);
    if (resolved?.kind !== 'column' && resolved?.kind !== 'assumed') return;
    // A list that may not be the whole one proves nothing while another relation may have the column too.
    const isListed = resolved.kind === 'column' && resolved.relation.columns.isComplete;
    const others = scope.relations.filter(relation => relation !== resolved.relation);
    if (!isListed && others.some(relation => !relation.columns.isComplete)) return;
    if ((resolved.kind === 'column' && resolved.merged) || resolved.relation.scope !== scope) return;
    const isOutputName = scope.select?.items.some(
      item =>
        item.kind === 'item' &&
        item.alias &&
        normalizeName(item.alias, dialect) === normalizeName(name, dialect) &&
        !(item.start <= reference.start && reference.end <= item.end),
    );
    if (isOutputName || enclosing(ancestors, 'select') !== scope.select || !resolved.relation.name) return;
    const qualifier = resolved.relation.alias?.name ?? resolved.relation.name.name;
    // A name in quotes is written as it stands in FROM, which may be by Jinja.
    const isPlain = isListed && /^[a-z_][a-z0-9_]*$/i.test(qualifier) && resolved.relation.alias?.quoted !== true;
    report(
      reference,
      `'${name.name}' comes from '${qualifier}', which nothing here says. Write '${qualifier}.${name.name}'.`,
      {
        fixes: isPlain ? [safe(`Write ${qualifier}.${name.name}`, insert(reference.start, `${qualifier}.`))] : [],
      },
    );
  },
  examples: {
    'two tables': `
      with a as (select 1 as id, 2 as n), b as (select 1 as a_id, 3 as m)
      select a.id, m from a join b on b.a_id = a.id
                   ^ 'm' comes from 'b'
      ->
      with a as (select 1 as id, 2 as n), b as (select 1 as a_id, 3 as m)
      select a.id, b.m from a join b on b.a_id = a.id
    `,
    'in a condition': `
      with a as (select 1 as id, 2 as n), b as (select 1 as a_id, 3 as m)
      select a.id from a join b on a_id = a.id
                                   ^^^^ Write 'b.a_id'
    `,
    'one table, or an array beside it': `
      select id, tag from {{ ref('orders') }} as o, unnest(o.tags) as tag
    `,
    'USING, names of the list, and what nobody knows': `
      with a as (select 1 as id, 2 as n), b as (select 1 as id, 3 as m)
      select id, a.n + b.m as total, anything from a join b using (id) join {{ ref('x') }} as x on true join {{ ref('y') }} as y on true
      order by total
    `,
  },
});
