import type { OutputColumn } from '../../project/facts.ts';
import { normalizeName } from '../../syntax/sql/names.ts';
import type { SetOperation } from '../../syntax/sql/tree.ts';
import { defineRule, type SqlUnit } from '../rule.ts';
import { isWritten } from '../written.ts';
import { firstSelect, knownColumns } from './set-branches.ts';

export default defineRule({
  summary: 'The branches of a UNION, INTERSECT or EXCEPT have different numbers of columns.',
  why: 'Every warehouse refuses such a query, so the model does not build.',
  details:
    'Counts columns through stars, CTEs and models. Silent where not all columns of both sides are known, and for `union by name`. Names in another order are the business of `set-operation-order`.',
  severity: 'error',
  on: 'sql:set-operation',
  check(node, { unit, report }) {
    if (!unit || node.byName) return;
    const left = knownColumns(node.left, unit);
    const right = knownColumns(node.right, unit);
    if (!left || !right || left.length === right.length || left.length === 0 || right.length === 0) return;
    const operator = node.operator.toUpperCase();
    const message = `The branches of this ${operator} have ${left.length} and ${right.length} columns${difference(left, right, unit)}; every warehouse refuses that. Give both the same columns.`;
    report(placeOf(node, unit), message);
  },
  examples: {
    'one column too few': `
      select id, name, city from {{ ref('a') }}
      union all
      select id, name from {{ ref('b') }}
      ^^^^^^ The branches of this UNION have 3 and 2 columns ('city' is missing here)
    `,
    'through stars, CTEs and models': `
      //- models/a.sql
      select id, name from {{ source('app', 'a') }}
      //- models/b.sql
      select id, name, loaded_at from {{ source('app', 'b') }}
      //- models/both.sql
      with b as (select * from {{ ref('b') }})
      select * from {{ ref('a') }} union all select * from b
                                             ^^^^^^ have 2 and 3 columns ('loaded_at' is only here)
    `,
    'the incremental run only': `
      {{ config(materialized='incremental') }}
      select id, name from {{ ref('a') }}
      {% if is_incremental() %}
      union all
      select id, name, 1 as kept from {{ ref('b') }}
      ^^^^^^ have 2 and 3 columns
      {% endif %}
    `,
    'as many of other names': `
      select id, name from {{ ref('a') }} union all select key, null from {{ ref('b') }} except select 1, 'x'
    `,
    'not all known, or matched by name': `
      //- grainline.yml
      dialect: duckdb
      //- models/example.sql
      select id, name from a union all select id, * from b union all by name select 1 as id
      //- models/loop.sql
      select id, {% for c in var('names') %}{{ c }}, {% endfor %} 1 as one from a union all select 1, 2
    `,
  },
});

function placeOf(node: SetOperation, unit: SqlUnit) {
  const keyword = firstSelect(node.right)?.keyword;
  return keyword && isWritten(unit, keyword) ? keyword : node.operatorSpan;
}

/** What one branch has and the other has not, when names say so plainly. */
function difference(left: readonly OutputColumn[], right: readonly OutputColumn[], unit: SqlUnit): string {
  const folded = (columns: readonly OutputColumn[]) => new Set(columns.map(one => normalizeName(one, unit.dialect)));
  const [ours, theirs] = [folded(left), folded(right)];
  const missing = left.filter(one => one.name !== '' && !theirs.has(normalizeName(one, unit.dialect)));
  const extra = right.filter(one => one.name !== '' && !ours.has(normalizeName(one, unit.dialect)));
  const names = (columns: readonly OutputColumn[]) => columns.map(one => `'${one.name}'`).join(', ');
  if (extra.length === 0 && missing.length === left.length - right.length && missing.length <= 3)
    return ` (${names(missing)} ${missing.length === 1 ? 'is' : 'are'} missing here)`;
  if (missing.length === 0 && extra.length === right.length - left.length && extra.length <= 3)
    return ` (${names(extra)} ${extra.length === 1 ? 'is' : 'are'} only here)`;
  return '';
}
