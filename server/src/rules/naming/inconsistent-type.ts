import { isNull } from '../../project/column-values.ts';
import type { TypeFamily } from '../../project/facts.ts';
import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { QueryBody, SetOperation } from '../../syntax/sql/tree.ts';
import { defineRule, type NamesSubject, type ProjectView, type SqlUnit } from '../rule.ts';
import { firstSelect, itemOf, knownColumns } from '../sql/set-branches.ts';
import { nameOf, type TypeGroup, groupOf as usualGroupOf } from '../type-groups.ts';

export default defineRule({
  summary:
    'One name, two types: a key that is a number in one model and text in the others, or a column whose type differs between the branches of a UNION.',
  why: 'Where the two meet, some warehouses refuse and others convert: keys no longer match, and dates lose their time of day.',
  details:
    'Fires for keys (by a test or constraint, or because joins compare them with a column of the same name) whose type this model makes, where at least three models make it and two thirds agree on another type; and for columns of the same name at the same place of a UNION, INTERSECT or EXCEPT. Numbers of all widths are one type, timestamps with and without zone are, and NULLs count as nothing. Names of one word (`id`, `code`) mean another thing in each model. A join that compares two types is the business of `join-type-mismatch`.',
  severity: 'info',
  on: ['names', 'sql:set-operation'],
  check(subject, { project, unit, report }) {
    if ('columns' in subject) {
      if (project) for (const { at, message } of strayKeys(subject, project)) report(at, message);
    } else if (unit) {
      for (const { at, message } of clashes(subject, unit)) report(at, message);
    }
  },
  examples: {
    "a key unlike the others'": `
      //- models/schema.yml
      models:
        - name: a
          columns: [{ name: encounter_id, data_tests: [unique] }]
      //- models/a.sql
      select cast(x as varchar) as encounter_id from {{ source('ehr', 'a') }}
      //- models/b.sql
      select cast(x as varchar) as encounter_id from {{ source('ehr', 'b') }}
      //- models/c.sql
      with c as (select cast(x as integer) as encounter_id from {{ source('ehr', 'c') }}) select * from c
                                              ^^^^^^^^^^^^ info: 'encounter_id' is a number here (cast to integer) and text in 2 of the 3 models that make it
      //- models/d.sql
      select encounter_id, cast(null as integer) as other_id from {{ ref('a') }}
    `,
    'a bit beside 1, where booleans are numbers': `
      //- grainline.yml
      dialect: tsql
      //- models/example.sql
      select cast(x as bit) as is_current, 'a' as code from {{ ref('a') }}
      union all
      select 1 as is_current, 1 as code from {{ ref('b') }}
                              ^^^^^^^^^ 'code' is a number here
    `,
    'branches of a UNION': `
      select cast(t as timestamp) as created_at, 1 as total from {{ ref('a') }}
      union all
      select cast(d as date) as created_at, 2.5 as total from {{ ref('b') }}
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: 'created_at' is a date here (cast to date) and a timestamp in the branch before (cast to timestamp)
    `,
    'a date in quotes beside a timestamp': `
      select cast(t as timestamp) as ends_at from {{ ref('a') }} union all select '2999-12-31' as ends_at
    `,
    'in an incremental run, behind a CTE': `
      {{ config(materialized='incremental') }}
      with late as (select cast(k as varchar) as order_id from {{ ref('late') }})
      select cast(k as integer) as order_id from {{ ref('orders') }}
      {% if is_incremental() %}
      union all
      select order_id from late
             ^^^^^^^^ 'order_id' is text here
      {% endif %}
    `,
    'a project that is divided, one word, no key, NULLs, other names': `
      //- models/schema.yml
      models:
        - name: a
          columns: [{ name: id, data_tests: [unique] }, { name: order_id, data_tests: [unique] }]
      //- models/a.sql
      select cast(x as varchar) as id, cast(x as varchar) as order_id, cast(x as varchar) as day_name from {{ source('s', 'a') }}
      //- models/b.sql
      select cast(x as varchar) as id, cast(x as integer) as order_id, cast(x as varchar) as day_name from {{ source('s', 'b') }}
      //- models/c.sql
      select cast(x as integer) as id, x as order_id, cast(x as integer) as day_name from {{ source('s', 'c') }}
      union all
      select cast(x as bigint), cast(null as date) as order_id, cast(y as date) as other from {{ source('s', 'c') }}
    `,
  },
});

interface Found {
  readonly at: { readonly start: number; readonly end: number };
  readonly message: string;
}

/** Hashes and addresses are kept as bytes or as their digits. */
function groupOf(family: TypeFamily): TypeGroup | 'binary' | undefined {
  return family === 'binary' ? 'binary' : usualGroupOf(family);
}

/* --------------------------------------------------------------------- keys */

function strayKeys({ node, columns }: NamesSubject, project: ProjectView): readonly Found[] {
  if (node.isEnabled === 'no') return [];
  return columns.flatMap(({ name, family, because, isMadeHere, isPlaceholder, at }) => {
    if (!isMadeHere || isPlaceholder || !family || !name.includes('_')) return [];
    const group = groupOf(family);
    if (!group) return [];
    const counts = project.keyTypesOf(name.toLowerCase());
    const usual = counts && usualOf(counts);
    if (!usual || groupOf(usual.family) === group) return [];
    // A part of bytes is bytes, though it is said to be text.
    if (usual.family === 'binary' && /^(?:substr|left|right|concat|reverse)/i.test(because ?? '')) return [];
    return [
      {
        at,
        message: `'${name}' is ${nameOf(family)} here (${because}) and ${nameOf(usual.family)} in ${usual.count} of the ${usual.total} models that make it. Where both meet, keys fail to match or the query fails: make it ${nameOf(usual.family)} here too.`,
      },
    ];
  });
}

/** The type that two thirds of at least three models agree on. */
function usualOf(
  counts: ReadonlyMap<TypeFamily, number>,
): { readonly family: TypeFamily; readonly count: number; readonly total: number } | undefined {
  const groups = new Map<ReturnType<typeof groupOf>, { readonly family: TypeFamily; readonly count: number }>();
  let total = 0;
  for (const [family, count] of counts) {
    const group = groupOf(family);
    total += count;
    groups.set(group, { family, count: (groups.get(group)?.count ?? 0) + count });
  }
  const best = [...groups].sort((a, b) => b[1].count - a[1].count)[0];
  if (!best || best[0] === undefined || total < 3 || best[1].count * 3 < total * 2) return undefined;
  return { ...best[1], total };
}

/* ----------------------------------------------------------------- branches */

function clashes(node: SetOperation, unit: SqlUnit): readonly Found[] {
  const left = node.byName ? undefined : knownColumns(node.left, unit);
  const right = left && knownColumns(node.right, unit);
  const before = firstSelect(node.left);
  const select = firstSelect(node.right);
  if (!left || !right || !before || !select || left.length !== right.length) return [];
  return right.flatMap((column, i) => {
    const other = left[i];
    const at = itemOf(select, i, unit);
    if (!other?.type || !column.type || !at || column.name.toLowerCase() !== other.name.toLowerCase()) return [];
    const [a, b] = [usualGroupOf(column.type.family), usualGroupOf(other.type.family)];
    if (!a || !b || a === b || isNullOf(node.left, i, unit) || isNullOf(node.right, i, unit)) return [];
    if (areBits(a, b, unit.dialect)) return [];
    if (isDateInQuotes(node.right, i, unit, b) || isDateInQuotes(node.left, i, unit, a)) return [];
    return [
      {
        at,
        message: `'${column.name}' is ${nameOf(column.type.family)} here (${column.type.because}) and ${nameOf(other.type.family)} in the branch before (${other.type.because}): the warehouse refuses it, or converts one to the other. Cast both to the same type.`,
      },
    ];
  });
}

/** 0 and 1 are what a boolean is there: `cast(x as bit)` beside `1`. Unknown: it may. */
function areBits(a: TypeGroup, b: TypeGroup, dialect: Dialect): boolean {
  const isPair = (a === 'number' && b === 'boolean') || (a === 'boolean' && b === 'number');
  return isPair && /^(?:ansi|tsql|mysql|sqlite)$/.test(dialect);
}

/** NULL of some type, or of none: it takes the type of the others. */
function isNullOf(body: QueryBody, index: number, unit: SqlUnit): boolean {
  const select = firstSelect(body);
  const item = select && itemOf(select, index, unit);
  return item?.kind === 'item' && isNull(item.expression);
}

/** `'2999-12-31'` beside a date or a timestamp: every warehouse reads the text as what stands beside it. */
function isDateInQuotes(body: QueryBody, index: number, unit: SqlUnit, beside: TypeGroup): boolean {
  if (beside !== 'date' && beside !== 'instant') return false;
  const select = firstSelect(body);
  const item = select && itemOf(select, index, unit);
  const value = item?.kind === 'item' ? item.expression : undefined;
  return value?.kind === 'literal' && value.type === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value.value);
}
