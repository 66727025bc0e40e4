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
    'Fires where the type is proven (cast, function, `data_type`) and this model gives the name or makes the value. A date called `…_at` and a text or timestamp called `…_date` are warnings; `is_…`, `has_…`, `…_count` and `…_id` of a type that cannot be meant are information, where the model chose the name itself. More than two columns of one kind are one finding. Silent for names that a source gave and a cast keeps (text that should be a date is told there, where it can be cast), for flags of 0 and 1, NULLs that hold a place, averages (`avg_…_count`), and where the project names its timestamps `…_date`.',
  severity: 'warning',
  options: { allow: list('Names of columns that may stay as they are.') },
  on: 'names',
  check({ node, columns }, { project, options, report }) {
    if (!project || node.isEnabled === 'no') return;
    const found = new Map<string, Misleading[]>();
    for (const column of columns) {
      if (!(column.isMadeHere || column.isChosen) || column.isPlaceholder || column.family === undefined) continue;
      const name = column.name.toLowerCase();
      const promise = promiseOf(name, column, project);
      if (!promise || options.allow.includes(name)) continue;
      // A source's own name, kept by a cast, is no fault of this model; text that should be a day can be cast right here.
      if (!column.isChosen && column.family !== 'text' && /^cast to /.test(column.because ?? '')) continue;
      if (!column.isChosen && !promise.isSure) continue;
      const type = nameOf(column.family);
      const kind = `${promise.reads} ${type}`;
      found.set(kind, [...(found.get(kind) ?? []), { column, promise, type }]);
    }
    for (const all of found.values()) {
      // Whoever casts a whole table so is told once.
      const shown = all.length > MAX_ALONE ? all.slice(0, 1) : all;
      const more = all.length > MAX_ALONE ? `, and so do ${named(all.slice(1))}` : '';
      for (const { column, promise, type } of shown) {
        report(
          column.at,
          `'${column.name}' reads like ${promise.reads} but is ${type} (${column.because})${more}. ${promise.harm}`,
          {
            ...(promise.isSure ? {} : { severity: 'info' }),
            fixes: more === '' ? renameColumn(project, node, column, promise.name, columns) : [],
          },
        );
      }
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
    'several of one kind, and names that a source gave': `
      //- models/orders.sql
      select
          cast(created as timestamp) as created_date,
                                        ^^^^^^^^^^^^ 'created_date' reads like a date but is a timestamp (cast to timestamp), and so do 'paid_date', 'sent_date', 'lost_date' and 1 more column.
          cast(paid as timestamp) as paid_date,
          cast(sent as timestamp) as sent_date,
          cast(lost as timestamp) as lost_date,
          cast(found as timestamp) as found_date,
          sold_date::timestamp as sold_date
      from {{ source('shop', 'orders') }}
      //- models/sources.yml
      sources: [{ name: shop, tables: [{ name: orders, columns: [{ name: sold_date }, { name: is_active }] }] }]
      //- models/flags.sql
      select cast(is_active as varchar) as is_active from {{ source('shop', 'orders') }}
      -> no fix
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

interface Misleading {
  readonly column: WrittenName;
  readonly promise: Promise;
  readonly type: string;
}

const MAX_ALONE = 2;
const MAX_NAMED = 3;

/** `'a'`, `'a' and 'b'`, `'a', 'b', 'c' and 4 more columns`. */
function named(all: readonly Misleading[]): string {
  const names = all.slice(0, MAX_NAMED).map(({ column }) => `'${column.name}'`);
  const rest = all.length - names.length;
  if (rest > 0) names.push(`${rest} more column${rest > 1 ? 's' : ''}`);
  const last = names.pop() ?? '';
  return names.length > 0 ? `${names.join(', ')} and ${last}` : last;
}

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
