import type { Slot } from '../../project/conventions.ts';
import type { TypeFamily } from '../../project/facts.ts';
import type { WrittenName } from '../../project/model-names.ts';
import { defineRule, list, type ProjectView } from '../rule.ts';
import { nameOf } from '../type-groups.ts';
import { fitsSlot, renameColumn } from './conventional.ts';

export default defineRule({
  summary:
    'A name that promises a type the column does not have: `is_…` that is text, `…_at` that is a date, `…_date` that is text or a timestamp.',
  why: 'People filter, join and sum by what the name says: rows fall out at the edges of days, and comparisons are never true.',
  details:
    'Fires where the type is proven (cast, function, `data_type`) and this model gives the name or makes the value. A date called `…_at` and a text or timestamp called `…_date` are warnings; `is_…`, `has_…`, `…_count` and `…_id` of a type that cannot be meant are information. Silent for flags of 0 and 1, NULLs that hold a place, averages (`avg_…_count`), and where the project names its timestamps `…_date`.',
  severity: 'warning',
  options: { allow: list('Names of columns that may stay as they are.') },
  on: 'names',
  check({ node, columns }, { project, options, report }) {
    if (!project || node.isEnabled === 'no') return;
    for (const column of columns) {
      if (!(column.isMadeHere || column.isChosen) || column.isPlaceholder || column.family === undefined) continue;
      const name = column.name.toLowerCase();
      const promise = promiseOf(name, column, project);
      if (!promise || options.allow.includes(name)) continue;
      report(
        column.at,
        `'${column.name}' reads like ${promise.reads} but is ${nameOf(column.family)} (${column.because}). ${promise.harm}`,
        {
          ...(promise.isSure ? {} : { severity: 'info' }),
          fixes: renameColumn(project, node, column, promise.name, columns),
        },
      );
    }
  },
  examples: {
    'dates and timestamps': `
      select
          cast(created as date) as created_at,
                                   ^^^^^^^^^^ warning: 'created_at' reads like a timestamp but is a date (cast to date). Its time of day is gone
          cast(shipped as timestamp) as shipped_date,
                                        ^^^^^^^^^^^^ warning: 'shipped_date' reads like a date but is a timestamp (cast to timestamp). Compared with a date, it matches at midnight only
          cast(paid as varchar) as paid_date
                                   ^^^^^^^^^ warning: 'paid_date' reads like a date but is text (cast to varchar). A filter on days compares letters, or fails
      from {{ source('shop', 'orders') }}
      -> Rename to 'created_date'
      select
          cast(created as date) as created_date,
          cast(shipped as timestamp) as shipped_date,
          cast(paid as varchar) as paid_date
      from {{ source('shop', 'orders') }}
    `,
    'flags, counts and keys': `
      select
          case when paid > 0 then 'yes' else 'no' end as is_paid,
                                                         ^^^^^^^ info: 'is_paid' reads like a boolean but is text
          count(*) as has_orders,
                      ^^^^^^^^^^ info: 'has_orders' reads like a boolean but is a number (count())
          cast(lines as varchar) as line_count,
                                    ^^^^^^^^^^ info: 'line_count' reads like a number but is text
          cast(buyer as double) as buyer_id
                                   ^^^^^^^^ info: 'buyer_id' reads like a key but is a number (cast to double)
      from {{ source('shop', 'orders') }}
      group by all
    `,
    'in a CTE, behind Jinja, through a ref': `
      //- models/stg_orders.sql
      select cast(created as date) as created from {{ source('shop', 'orders') }}
      //- models/orders.sql
      with orders as (
        select {{ 'id' }}, created as created_at from {{ ref('stg_orders') }}
                                      ^^^^^^^^^^ 'created_at' reads like a timestamp but is a date
      )
      select * from orders
    `,
    'flags of 0 and 1, placeholders, averages, and names that only pass': `
      select
          case when paid > 0 then 1 else 0 end as is_paid,
          cast(null as varchar) as shipped_date,
          avg(lines) as avg_line_count,
          cast(x as varchar) as date_format,
          t.created_at,
          cast(v as numeric(38, 0)) as buyer_id
      from {{ source('shop', 'orders') }} as t
    `,
    'a project that names its timestamps so': `
      //- grainline.yml
      names: { columns: { timestamp: [<event>_date] } }
      //- models/a.sql
      select cast(shipped as timestamp) as shipped_date from {{ source('shop', 'orders') }}
    `,
  },
});

interface Promise {
  /** `a date`. */
  readonly reads: string;
  readonly harm: string;
  readonly isSure: boolean;
  /** What it could be called instead. */
  readonly name?: string;
}

function promiseOf(name: string, column: WrittenName, project: ProjectView): Promise | undefined {
  const { family } = column;
  if (family === undefined) return undefined;
  if (/_at$/.test(name)) {
    if (family !== 'date' || isHabit(name, project.conventions.columns.date)) return undefined;
    const harm = 'Its time of day is gone, so all events of a day look alike and sort at random.';
    return { reads: 'a timestamp', harm, isSure: true, name: name.replace(/_at$/, '_date') };
  }
  if (/_date$/.test(name)) {
    if (family === 'text') {
      const harm = 'A filter on days compares letters, or fails; cast it where it is read first.';
      return { reads: 'a date', harm, isSure: true };
    }
    if (!isInstant(family) || isTruncated(column) || isHabit(name, project.conventions.columns.timestamp))
      return undefined;
    const harm = 'Compared with a date, it matches at midnight only, and the last day of a range is lost.';
    return { reads: 'a date', harm, isSure: true, name: name.replace(/_date$/, '_at') };
  }
  if (/^(?:is|has)_/.test(name)) {
    // 0 and 1 stand for booleans where a warehouse has none, or sums them.
    const isNumber = family === 'integer' || family === 'decimal' || family === 'float';
    if (family === 'boolean' || (isNumber && !/^count/i.test(column.because ?? ''))) return undefined;
    const harm = `'where ${name}' fails or means something else.`;
    return { reads: 'a boolean', harm, isSure: false };
  }
  if (/_count$/.test(name) && !/(?:^|_)(?:avg|average|mean)_/.test(name)) {
    if (family !== 'text' && family !== 'date' && !isInstant(family) && family !== 'boolean') return undefined;
    return { reads: 'a number', harm: 'It cannot be summed, and 10 sorts before 9.', isSure: false };
  }
  if (/_id$/.test(name) && family === 'float') {
    return { reads: 'a key', harm: 'Floats lose digits, so different keys become one.', isSure: false };
  }
  return undefined;
}

function isInstant(family: TypeFamily): boolean {
  return family === 'timestamp' || family === 'timestamptz';
}

/** Midnight of each day, kept in a timestamp. */
function isTruncated(column: WrittenName): boolean {
  return /trunc|start_of|last_day|date_floor/i.test(column.because ?? '');
}

/** The project names that kind of column so. */
function isHabit(name: string, slot: Slot | undefined): boolean {
  return slot !== undefined && fitsSlot(name, slot);
}
