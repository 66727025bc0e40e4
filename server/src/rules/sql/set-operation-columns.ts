import type { OutputColumn } from '../../project/facts.ts';
import { normalizeName } from '../../syntax/sql/names.ts';
import type { SetOperation } from '../../syntax/sql/tree.ts';
import { defineRule, type SqlUnit } from '../rule.ts';
import { groupOf, nameOf, type TypeGroup } from '../type-groups.ts';
import { isWritten } from '../written.ts';
import { firstSelect, itemOf, knownColumns } from './set-branches.ts';

export default defineRule({
  summary:
    'The branches of a UNION, INTERSECT or EXCEPT have different numbers of columns, or types that do not go together.',
  why: 'Every warehouse refuses such a query, so the model does not build.',
  details:
    'Counts columns through stars, CTEs and models: an error. A warning where a position is a number on one side and text, a date or a boolean on the other. Silent where not all columns of both sides are known, about literals and NULLs that fill a place, and for `union by name`. Names in another order are the business of `set-operation-order`.',
  severity: 'error',
  on: 'sql:set-operation',
  check(node, { unit, report }) {
    if (!unit || node.byName || unit.node?.isEnabled === 'no') return;
    const left = knownColumns(node.left, unit);
    const right = knownColumns(node.right, unit);
    if (!left || !right || left.length === 0 || right.length === 0) return;
    if (left.length === right.length) return checkTypes(node, left, right, unit, report);
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
    'a disabled model, which never runs': `
      {{ config(enabled=false) }}
      select id, name from {{ ref('a') }} union all select id from {{ ref('b') }}
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
    'types that do not go together': `
      with old as (select id, cast(paid_on as date) as paid_on, cast(zip as varchar) as zip from {{ ref('a') }}),
      new as (select id, cast(paid_on as timestamp) as paid_on, cast(zip as integer) as zip_number from {{ ref('b') }})
      select id, paid_on, zip from old
      union all
      select id, paid_on, zip_number from new
                          ^^^^^^^^^^ warning: Column 3 is text in the first branch ('zip') and a number here ('zip_number')
    `,
    'a literal in the place of a value': `
      select id, cast(zip as integer) as zip, cast(day as date) as day from {{ ref('a') }}
      union all
      select id, '', '2024-01-01' from {{ ref('b') }}
      union all
      select id, null, null from {{ ref('c') }}
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

type Report = (
  at: { readonly start: number; readonly end: number },
  message: string,
  details?: { readonly severity: 'warning' },
) => void;

/** A column whose values are of another kind: the first one, since what is wrong with it is often wrong with all. */
function checkTypes(
  node: SetOperation,
  left: readonly OutputColumn[],
  right: readonly OutputColumn[],
  unit: SqlUnit,
  report: Report,
): void {
  const index = left.findIndex((column, i) => clash(column, right[i]));
  const [first, second] = [left[index], right[index]];
  if (!first?.type || !second?.type || isElsewhere(second, left, index, unit)) return;
  const select = firstSelect(node.right);
  const item = select && itemOf(select, index, unit);
  const names = [first, second].map(one => (one.name === '' ? '' : ` ('${one.name}')`));
  report(
    item && isWritten(unit, item) ? item : placeOf(node, unit),
    `Column ${index + 1} is ${nameOf(first.type.family)} in the first branch${names[0]} and ${nameOf(second.type.family)} here${names[1]}. Some warehouses refuse that, others convert one side, which fails or changes values. Cast both to one type.`,
    { severity: 'warning' },
  );
}

function clash(a: OutputColumn, b: OutputColumn | undefined): boolean {
  if (a.type === undefined || b?.type === undefined || a.derivation === 'literal' || b.derivation === 'literal')
    return false;
  const [one, two] = [groupOf(a.type.family), groupOf(b.type.family)];
  // A day beside a moment becomes midnight, as meant.
  const isMoment = (group: TypeGroup | undefined) => group === 'date' || group === 'instant';
  return one !== undefined && two !== undefined && one !== two && !(isMoment(one) && isMoment(two));
}

/** The name stands in another place on the left: then the order is wrong and not the type. */
function isElsewhere(column: OutputColumn, left: readonly OutputColumn[], index: number, unit: SqlUnit): boolean {
  const name = normalizeName(column, unit.dialect);
  return left.some((one, i) => i !== index && one.name !== '' && normalizeName(one, unit.dialect) === name);
}

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
