import type { PlainValue } from '../../syntax/jinja/expansion.ts';
import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { ColumnReference, Expression, Literal } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { type DateUnit, type Day, parseDay, plusOne, writeDay } from '../dates.ts';
import { argumentsOf, bare, columnOf, functionName, joinsOf, operandsOf, quoted } from '../expressions.ts';
import { defineRule, flag, type ProjectView, type RuleFix, replace, type SqlUnit } from '../rule.ts';
import { inCaseOf, isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'A filter wraps a date or timestamp in a function instead of comparing it with a range.',
  why: 'The warehouse has to compute the function for every row, and cannot skip partitions, files or index pages.',
  details:
    'Looks at comparisons of `date_trunc`, `date()`, casts to date, `year()`, `extract`, `to_char` and their kin with something, in WHERE and in conditions of inner joins. A warning where the column is a declared partition, sort or index column that the function hides. Silent where the warehouse sees through the function itself (Snowflake, BigQuery, Trino, Athena for truncations and casts), unless `everywhere` is set. The fix keeps the meaning: a half-open range.',
  severity: 'info',
  status: 'preview',
  options: { everywhere: flag('Report truncations that the warehouse sees through, too.', false) },
  on: 'sql:select',
  check(select, { unit, project, options, report }) {
    if (!unit || select.isOpaque) return;
    const conditions = select.where ? [select.where.condition] : [];
    for (const item of select.from?.items ?? [])
      for (const join of joinsOf(item)) if (join.on && join.type === 'inner') conditions.push(join.on);
    for (const condition of conditions.flatMap(one => operandsOf(one, 'and'))) {
      const found = wrappedIn(condition, unit);
      if (!found || !isWritten(unit, found.wrapper)) continue;
      // A cast may be needed to read a text as a date.
      if (found.isCast && !isTemporal(found.column, unit)) continue;
      const declared = declaredRole(found.column, unit, project);
      const isSeenThrough = found.isFoldable && SEES_THROUGH.has(unit.dialect);
      const isHidden = declared !== undefined && !isSeenThrough;
      if (!isHidden && isSeenThrough && !options.everywhere) continue;
      const effect = declared
        ? `'${found.column.parts.at(-1)?.name}' is ${declared}, and behind a function it cannot be used to skip data.`
        : 'It has to be computed for every row, and nothing can be skipped.';
      report(
        found.comparison,
        `${quoted(unit, found.wrapper)} hides the column from the warehouse. ${effect} Compare the column with a range.`,
        {
          severity: isHidden ? 'warning' : 'info',
          fixes: fixFor(found, unit),
        },
      );
    }
  },
  examples: {
    'date_trunc to a month': `
      //- grainline.yml
      dialect: postgres
      //- models/a.sql
      with orders as (select id, cast(t as timestamp) as ordered_at from {{ source('shop', 'orders') }})
      select id from orders where date_trunc('month', ordered_at) = '2023-12-01' and id > 0
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: hides the column from the warehouse
      -> Compare with a range
      //- models/a.sql
      with orders as (select id, cast(t as timestamp) as ordered_at from {{ source('shop', 'orders') }})
      select id from orders where ordered_at >= '2023-12-01' and ordered_at < '2024-01-01' and id > 0
    `,
    'a year': `
      //- grainline.yml
      dialect: redshift
      //- models/a.sql
      with orders as (select id, cast(t as timestamp) as ordered_at from {{ source('shop', 'orders') }})
      select o.id from orders as o where extract(year from o.ordered_at) = 2023
                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ computed for every row
      ->
      //- models/a.sql
      with orders as (select id, cast(t as timestamp) as ordered_at from {{ source('shop', 'orders') }})
      select o.id from orders as o where o.ordered_at >= date '2023-01-01' and o.ordered_at < date '2024-01-01'
    `,
    'a cast, compared with today': `
      //- grainline.yml
      dialect: duckdb
      //- models/a.sql
      with orders as (select id, cast(t as timestamp) as ordered_at from {{ source('shop', 'orders') }})
      select id from orders where ordered_at::date = current_date
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Compare the column with a range
      ->
      //- models/a.sql
      with orders as (select id, cast(t as timestamp) as ordered_at from {{ source('shop', 'orders') }})
      select id from orders where ordered_at >= current_date and ordered_at < current_date + interval '1 day'
    `,
    'a text of the month, at or after': `
      //- grainline.yml
      dialect: snowflake
      //- models/a.sql
      with orders as (select id, cast(t as timestamp_ntz) as ordered_at from {{ source('shop', 'orders') }})
      select id from orders where to_char(ordered_at, 'YYYY-MM') >= '2024-02'
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hides the column
      ->
      //- models/a.sql
      with orders as (select id, cast(t as timestamp_ntz) as ordered_at from {{ source('shop', 'orders') }})
      select id from orders where ordered_at >= '2024-02-01'
    `,
    'between two days, the last one whole': `
      //- grainline.yml
      dialect: redshift
      //- models/a.sql
      with orders as (select id, cast(t as timestamp) as ordered_at from {{ source('shop', 'orders') }})
      select id from orders where date(ordered_at) between '2024-01-01' and '2024-01-31'
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Compare the column with a range
      ->
      //- models/a.sql
      with orders as (select id, cast(t as timestamp) as ordered_at from {{ source('shop', 'orders') }})
      select id from orders where ordered_at >= '2024-01-01' and ordered_at < '2024-02-01'
    `,
    'a partition of BigQuery': `
      //- grainline.yml
      dialect: bigquery
      //- models/events.sql
      {{ config(materialized='table', partition_by={'field': 'event_at', 'data_type': 'timestamp'}) }}
      select cast(t as timestamp) as event_at from {{ source('app', 'events') }}
      //- models/a.sql
      select 1 as x from {{ ref('events') }} where format_timestamp('%Y-%m-%d', event_at) = '2024-02-29'
                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: 'event_at' is a partition column of 'events'
      ->
      //- models/a.sql
      select 1 as x from {{ ref('events') }} where event_at >= '2024-02-29' and event_at < '2024-03-01'
    `,
    'a type nobody knows: no rewrite': `
      //- grainline.yml
      dialect: postgres
      //- models/a.sql
      select id from {{ ref('orders') }} where year(ordered_at) = 2024
                                               ^^^^^^^^^^^^^^^^^^^^^^^ hides the column
      -> no fix
    `,
    'no start of a month: no rewrite': `
      //- grainline.yml
      dialect: postgres
      //- models/a.sql
      with orders as (select id, cast(t as timestamp) as ordered_at from {{ source('shop', 'orders') }})
      select id from orders where date_trunc('month', ordered_at) = '2024-01-15'
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hides the column
      -> no fix
    `,
    'warehouses that see through': `
      //- grainline.yml
      dialect: trino
      //- models/a.sql
      select id from {{ ref('orders') }} where date_trunc('month', ordered_at) = date '2024-01-01' and cast(t as date) = current_date
    `,
    'correctness, both sides, outer joins': `
      //- grainline.yml
      dialect: postgres
      //- models/a.sql
      select o.id from {{ ref('orders') }} as o
      left join {{ ref('days') }} as d on date_trunc('day', o.ordered_at) = d.day
      where lower(o.kind) = 'refund' and date(o.ordered_on_text) = '2024-01-01' and date_trunc('day', o.a) = date_trunc('day', o.b) and o.ordered_at >= '2024-01-01'
    `,
  },
});

/** Engines that prune or push down through truncations and casts to date. */
const SEES_THROUGH: ReadonlySet<Dialect> = new Set(['ansi', 'snowflake', 'bigquery', 'trino', 'athena']);

interface Wrapped {
  readonly comparison: Expression;
  readonly wrapper: Expression;
  readonly column: ColumnReference;
  readonly unit: DateUnit;
  readonly value: Expression;
  /** As if the column stood on the left; `between` from `value` to `upTo`. */
  readonly operator: string;
  readonly upTo?: Expression;
  /** A truncation or cast that keeps the order, which some engines see through. */
  readonly isFoldable: boolean;
  /** A change of type, which the column may need. */
  readonly isCast: boolean;
  /** How the value says a date: itself, as a year's number, as text by this pattern. */
  readonly form: 'date' | 'year' | 'text';
}

const MIRRORED: { readonly [operator: string]: string } = { '=': '=', '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

function wrappedIn(condition: Expression, unit: SqlUnit): Wrapped | undefined {
  if (condition.kind === 'between' && !condition.not) {
    const wrapper = bare(condition.operand);
    const of = wrapperOf(wrapper, unit);
    const [value, upTo] = [bare(condition.low), bare(condition.high)];
    if (!of || namesColumn(value) || namesColumn(upTo)) return undefined;
    return { ...of, comparison: condition, wrapper, value, upTo, operator: 'between' };
  }
  if (condition.kind !== 'binary') return undefined;
  const mirrored = MIRRORED[condition.operator];
  if (mirrored === undefined) return undefined;
  const left = bare(condition.left);
  const right = bare(condition.right);
  const ofLeft = wrapperOf(left, unit);
  const ofRight = wrapperOf(right, unit);
  // Two wrapped columns are compared on purpose; a value that names a column is none.
  if (ofLeft && !namesColumn(right)) {
    return { ...ofLeft, comparison: condition, wrapper: left, value: right, operator: condition.operator };
  }
  if (ofRight && !namesColumn(left)) {
    return { ...ofRight, comparison: condition, wrapper: right, value: left, operator: mirrored };
  }
  return undefined;
}

type Wrapper = Pick<Wrapped, 'column' | 'unit' | 'isFoldable' | 'isCast' | 'form'>;

function wrapperOf(expression: Expression, unit: SqlUnit): Wrapper | undefined {
  if (expression.kind === 'cast') {
    const column = bare(expression.operand);
    if (column.kind !== 'column' || expression.type.name !== 'date' || expression.form === 'try') return undefined;
    return { column, unit: 'day', isFoldable: true, isCast: true, form: 'date' };
  }
  if (expression.kind === 'extract') {
    const column = bare(expression.operand);
    if (column.kind !== 'column' || expression.field !== 'year') return undefined;
    return { column, unit: 'year', isFoldable: true, isCast: false, form: 'year' };
  }
  if (expression.kind !== 'call') return undefined;
  const values = argumentsOf(expression).map(bare);
  const name = functionName(expression);
  if (name === 'date' || name === 'to_date' || name === 'year') {
    const [column, ...others] = values;
    if (column?.kind !== 'column' || others.length > 0) return undefined;
    const isYear = name === 'year';
    return { column, unit: isYear ? 'year' : 'day', isFoldable: true, isCast: !isYear, form: isYear ? 'year' : 'date' };
  }
  if (values.length !== 2) return undefined;
  if (/^(?:date|datetime|timestamp)_trunc$/.test(name)) {
    const isColumnFirst = unit.dialect === 'bigquery';
    const column = values[isColumnFirst ? 0 : 1];
    const part = unitOf(values[isColumnFirst ? 1 : 0]);
    return column?.kind === 'column' && part
      ? { column, unit: part, isFoldable: true, isCast: false, form: 'date' }
      : undefined;
  }
  if (name === 'date_part' || name === 'datepart') {
    const [part, column] = values;
    if (column?.kind !== 'column' || unitOf(part) !== 'year') return undefined;
    return { column, unit: 'year', isFoldable: true, isCast: false, form: 'year' };
  }
  if (FORMATS_DATES.test(name)) {
    const pattern = values.find(one => one.kind === 'literal' && one.type === 'string') as Literal | undefined;
    const column = values.find(one => one.kind === 'column') as ColumnReference | undefined;
    const part = pattern && unitOfPattern(name, pattern.value);
    return column && part ? { column, unit: part, isFoldable: false, isCast: false, form: 'text' } : undefined;
  }
  return undefined;
}

const FORMATS_DATES = /^(?:to_char|to_varchar|format_date|format_datetime|format_timestamp|date_format|strftime)$/;

function unitOf(part: Expression | undefined): DateUnit | undefined {
  const name =
    part?.kind === 'literal'
      ? part.value
      : part?.kind === 'column' && part.parts.length === 1
        ? part.parts[0]?.name
        : '';
  return /^(?:day|month|quarter|year)$/i.test(name ?? '') ? (name?.toLowerCase() as DateUnit) : undefined;
}

/** The span of time that texts of the pattern tell apart, when they sort as the dates do. */
function unitOfPattern(name: string, pattern: string): DateUnit | undefined {
  const text = name.startsWith('to_') ? pattern.toUpperCase() : pattern;
  if (/^(?:YYYY-?MM-?DD|%Y-?%m-?%d|%F|yyyy-?MM-?dd)$/.test(text)) return 'day';
  if (/^(?:YYYY-?MM|%Y-?%m|yyyy-?MM)$/.test(text)) return 'month';
  return /^(?:YYYY|%Y|yyyy)$/.test(text) ? 'year' : undefined;
}

/** Something in it differs from row to row, or may. */
function namesColumn(value: Expression): boolean {
  let found = false;
  walk(value, node => {
    if (node.kind === 'query' || node.kind === 'case' || node.kind === 'unknown' || node.kind === 'extract')
      found = true;
    // The part of a truncation may be written as a bare word.
    if (node.kind === 'column' && unitOf(node) === undefined) found = true;
    return found ? 'skip' : undefined;
  });
  return found;
}

/* --------------------------------------------------------------- declared */

/** `a partition column of 'events'`, when the configuration of what is read says so. */
function declaredRole(column: ColumnReference, unit: SqlUnit, project: ProjectView | undefined): string | undefined {
  const resolved = columnOf(unit, column);
  if (!resolved || !project) return undefined;
  const { relation } = resolved;
  const isCarried = /^(?:passthrough|star|rename)$/.test(resolved.column.derivation);
  const [origin, ...others] = resolved.column.origins;
  const id = relation.node ?? (isCarried && others.length === 0 ? origin?.node : undefined);
  const name = (relation.node ? resolved.column.name : origin?.column)?.toLowerCase();
  const node = id === undefined ? undefined : project.node(id);
  if (!node || name === undefined) return undefined;
  const roles = [
    ['a partition column', ['partition_by', 'partitioned_by']],
    ['a sort column', ['sort']],
    ['an index column', ['indexes']],
  ] as const;
  const role = roles.find(([, keys]) => keys.some(key => namesIn(node.config[key]).includes(name)));
  return role && `${role[0]} of '${node.name}'`;
}

/** Columns that a setting names: a text, a list, `{field: …}`, `{columns: […]}`. */
function namesIn(setting: PlainValue): readonly string[] {
  const open: PlainValue[] = [setting];
  const found: string[] = [];
  for (let next = open.pop(); open.length < 1000; next = open.pop()) {
    if (typeof next === 'string') found.push(next.toLowerCase());
    else if (Array.isArray(next)) open.push(...next);
    else if (next && typeof next === 'object' && !Array.isArray(next)) {
      const { field, columns } = next as { readonly [key: string]: PlainValue };
      open.push(field, columns);
    }
    if (open.length === 0) break;
  }
  return found;
}

/* --------------------------------------------------------------------- fix */

/** The half-open range of the same rows; nothing where types or the value leave a doubt. */
function fixFor(found: Wrapped, unit: SqlUnit): readonly RuleFix[] {
  const { comparison, column, value, upTo, operator } = found;
  const type = unit.facts.typeOf(column);
  if (!type || !isTemporal(column, unit) || !isWritten(unit, comparison)) return [];
  // There each instant is cut in its own zone.
  if (type.family === 'timestamptz' && (unit.dialect === 'trino' || unit.dialect === 'athena')) return [];
  const bounds = boundsOf(found, unit);
  const last = upTo === undefined ? bounds : boundsOf({ ...found, value: upTo }, unit);
  if (!bounds || !last) return [];
  const name = textOf(unit, column);
  const and = inCaseOf(functionWord(found.wrapper, unit), 'and');
  const text = {
    '=': `${name} >= ${bounds.start} ${and} ${name} < ${bounds.next}`,
    '>=': `${name} >= ${bounds.start}`,
    '>': `${name} >= ${bounds.next}`,
    '<': `${name} < ${bounds.start}`,
    '<=': `${name} < ${bounds.next}`,
    between: `${name} >= ${bounds.start} ${and} ${name} < ${last.next}`,
  }[operator];
  if (text === undefined) return [];
  // Zones, texts and computed bounds leave room for surprises; a day of a plain timestamp does not.
  const isSafe =
    found.unit === 'day' &&
    found.form === 'date' &&
    type.family === 'timestamp' &&
    [value, upTo ?? value].every(one => one.kind === 'literal');
  return [{ title: 'Compare with a range', safe: isSafe, edits: [replace(comparison, text)] }];
}

function isTemporal(column: ColumnReference, unit: SqlUnit): boolean {
  const family = unit.facts.typeOf(column)?.family;
  return family === 'date' || family === 'timestamp' || family === 'timestamptz';
}

function functionWord(wrapper: Expression, unit: SqlUnit): string {
  return wrapper.kind === 'call' ? textOf(unit, wrapper.name) : textOf(unit, wrapper).slice(0, 4);
}

interface Bounds {
  readonly start: string;
  readonly next: string;
}

function boundsOf({ unit: span, value, form }: Wrapped, unit: SqlUnit): Bounds | undefined {
  if (value.kind === 'literal') {
    const day = dayOf(value, form, span);
    const start = day && day.year < 9999 && isStartOf(day, span) ? day : undefined;
    if (!start) return undefined;
    const isDate = value.type === 'date' ? true : value.type === 'string' ? false : undefined;
    const write = (one: Day): string | undefined => literal(writeDay(one), unit.dialect, isDate);
    const [first, second] = [write(start), write(after(start, span))];
    return first && second ? { start: first, next: second } : undefined;
  }
  // BigQuery compares no timestamp with a date.
  if (form !== 'date' || unit.dialect === 'bigquery') return undefined;
  const isAligned = span === 'day' ? unit.facts.typeOf(value)?.family === 'date' : wrapsSame(value, span, unit);
  const start = textOf(unit, value);
  const next = isAligned ? plusOne(start, span, unit.dialect, start) : undefined;
  return next === undefined ? undefined : { start, next };
}

/** The first day that the literal names. */
function dayOf(value: Literal, form: Wrapped['form'], span: DateUnit): Day | undefined {
  if (value.hasUnknown) return undefined;
  if (form === 'year') return value.type === 'integer' ? parseDay(`${value.value}-01-01`) : undefined;
  if (form === 'date') return value.type === 'string' || value.type === 'date' ? parseDay(value.value) : undefined;
  const digits = value.type === 'string' ? value.value.replace(/-/g, '') : '';
  const text = { day: /^\d{8}$/, month: /^\d{6}$/, year: /^\d{4}$/ }[span as 'day' | 'month' | 'year'];
  if (!text?.test(digits)) return undefined;
  return parseDay(`${digits.slice(0, 4)}-${digits.slice(4, 6) || '01'}-${digits.slice(6, 8) || '01'}`);
}

function isStartOf({ month, day }: Day, span: DateUnit): boolean {
  if (span === 'day') return true;
  if (day !== 1) return false;
  return span === 'month' || (span === 'quarter' ? month % 3 === 1 : month === 1);
}

function after(start: Day, span: DateUnit): Day {
  if (span === 'day') return { ...start, day: start.day + 1 };
  return span === 'year'
    ? { ...start, year: start.year + 1 }
    : { ...start, month: start.month + (span === 'quarter' ? 3 : 1) };
}

/** A date as the dialect compares it with dates and timestamps alike; `isDate`: how the person wrote it. */
function literal(day: string, dialect: Dialect, isDate: boolean | undefined): string | undefined {
  switch (dialect) {
    case 'bigquery':
      return `'${day}'`;
    case 'tsql':
      return `'${day.replaceAll('-', '')}'`;
    case 'trino':
    case 'athena':
      return `date '${day}'`;
    case 'snowflake':
    case 'postgres':
    case 'redshift':
    case 'duckdb':
    case 'databricks':
    case 'sparksql':
    case 'mysql':
      return isDate === false ? `'${day}'` : `date '${day}'`;
    default:
      return isDate === undefined ? undefined : isDate ? `date '${day}'` : `'${day}'`;
  }
}

/** `date_trunc('month', current_date)`: the start of a month, whatever stands inside. */
function wrapsSame(value: Expression, span: DateUnit, unit: SqlUnit): boolean {
  if (value.kind !== 'call' || !/^(?:date|datetime|timestamp)_trunc$/.test(functionName(value))) return false;
  return argumentsOf(value).some(one => unitOf(bare(one)) === span) && unit.dialect !== 'ansi';
}
