import type { TextEdit } from '../../base/edit.ts';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import type { Expression, Select } from '../../syntax/sql/tree.ts';
import { bare, definitionOf, operandsOf } from '../expressions.ts';
import { defineRule, insert, type RuleFix, type SqlUnit, suggest } from '../rule.ts';
import { hasUnknownText, tablesOf, targetOf } from '../writes.ts';
import { inCaseOf, isWritten } from '../written.ts';
import { type ChangeCondition, changeConditionsOf } from './change-conditions.ts';
import { changesIn, mixesSides, nameOf } from './changes.ts';
import { isLogName, watermarksOf } from './deltas.ts';
import { type Close, type Load, loadsOf } from './load.ts';
import { isTable, sidesOfStatement } from './load-sides.ts';
import { clockOf } from './load-values.ts';
import { keywordOf } from './merge-text.ts';

export default defineRule({
  summary: 'A load closes versions at a time of the source and never asks whether that time is newer.',
  why: 'A row that comes late closes the current version before it began (valid_to lies before valid_from) and becomes the current one itself.',
  details:
    'Fires when both the end of the closed version and the start of the new one come from the same column of the source, and nothing compares it with what is there: not the condition that closes, not ON, not the source (a watermark over the target). Silent when the times come from the clock, and where the source is a table that may be a copy of the current state, in which nothing is late; a log of changes by its name (cdc, events, changes, deltas) counts.',
  severity: 'warning',
  basis: 'absence',
  on: 'sql:file',
  files: ['script', 'analysis'],
  check(_file, context) {
    const { unit, report } = context;
    if (!unit) return;
    const { validity } = (context.project?.config ?? DEFAULT_CONFIG) as typeof DEFAULT_CONFIG;
    for (const load of loadsOf(unit, context)) {
      const conditions = changeConditionsOf(unit, load, validity);
      for (const close of load.closes) {
        const time = timeOf(unit, load, close);
        if (!time || !mayBeLate(unit, load, close) || isGuarded(unit, load, close, conditions)) continue;
        report(
          close.at,
          `A row that comes late would close the current version of ${load.target.label} before it began: nothing asks whether '${time.source}' is newer. Close only what began before it.`,
          { fixes: fixFor(unit, close, time, conditions) },
        );
      }
    }
  },
  examples: {
    'in both halves of a staged union (Snowflake)': `
      //- grainline.yml
      dialect: snowflake
      //- macros/load.sql
      {% macro load() %}
      merge into dim_customer as t
      using (
        select customer_id as merge_key, c.* from {{ ref('stg_customers') }} as c
        union all
        select null as merge_key, c.* from {{ ref('stg_customers') }} as c
        join dim_customer as d on d.customer_id = c.customer_id and d.is_current
        where d.email is distinct from c.email or d.city is distinct from c.city
      ) as s
      on t.customer_id = s.merge_key and t.is_current
      when matched and (t.email is distinct from s.email or t.city is distinct from s.city) then
        update set is_current = false, valid_to = s.updated_at
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: nothing asks whether 'updated_at' is newer
      when not matched then insert (customer_id, email, city, valid_from, is_current) values (s.customer_id, s.email, s.city, s.updated_at, true);
      {% endmacro %}
      ->
      {% macro load() %}
      merge into dim_customer as t
      using (
        select customer_id as merge_key, c.* from {{ ref('stg_customers') }} as c
        union all
        select null as merge_key, c.* from {{ ref('stg_customers') }} as c
        join dim_customer as d on d.customer_id = c.customer_id and d.is_current
        where (d.email is distinct from c.email or d.city is distinct from c.city) and c.updated_at > d.valid_from
      ) as s
      on t.customer_id = s.merge_key and t.is_current
      when matched and (t.email is distinct from s.email or t.city is distinct from s.city) and s.updated_at > t.valid_from then
        update set is_current = false, valid_to = s.updated_at
      when not matched then insert (customer_id, email, city, valid_from, is_current) values (s.customer_id, s.email, s.city, s.updated_at, true);
      {% endmacro %}
    `,
    'in an UPDATE, a day before (Postgres)': `
      //- grainline.yml
      dialect: postgres
      //- scripts/load.sql
      update dim_shop as d set valid_to = s.changed_on - 1
                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: nothing asks whether 'changed_on' is newer
      from shop_changes as s
      where d.shop_id = s.shop_id and d.valid_to is null and d.name is distinct from s.name;
      insert into dim_shop (shop_id, name, valid_from, valid_to)
      select s.shop_id, s.name, s.changed_on, null from shop_changes as s
      where not exists (select 1 from dim_shop as d where d.shop_id = s.shop_id and d.valid_to is null);
      ->
      update dim_shop as d set valid_to = s.changed_on - 1
      from shop_changes as s
      where d.shop_id = s.shop_id and d.valid_to is null and d.name is distinct from s.name and s.changed_on > d.valid_from;
      insert into dim_shop (shop_id, name, valid_from, valid_to)
      select s.shop_id, s.name, s.changed_on, null from shop_changes as s
      where not exists (select 1 from dim_shop as d where d.shop_id = s.shop_id and d.valid_to is null);
    `,
    'guarded in the branch, in ON, by the source': `
      //- scripts/load.sql
      merge into dim_a as t using stg_a as s on t.id = s.id and t.is_current
      when matched and t.x is distinct from s.x and s.updated_at > t.valid_from then update set is_current = false, valid_to = s.updated_at;
      insert into dim_a (id, x, valid_from, is_current) select s.id, s.x, s.updated_at, true from stg_a as s
      where not exists (select 1 from dim_a as d where d.id = s.id and d.is_current);
      merge into dim_b as t using stg_b as s on t.id = s.id and t.is_current and t.valid_from < s.updated_at
      when matched and t.x is distinct from s.x then update set is_current = false, valid_to = s.updated_at;
      insert into dim_b (id, x, valid_from, is_current) select s.id, s.x, s.updated_at, true from stg_b as s
      where not exists (select 1 from dim_b as d where d.id = s.id and d.is_current);
      merge into dim_c as t
      using (select * from stg_c where updated_at > (select coalesce(max(valid_from), '1900-01-01') from dim_c)) as s on t.id = s.id and t.is_current
      when matched and t.x is distinct from s.x then update set is_current = false, valid_to = s.updated_at;
      insert into dim_c (id, x, valid_from, is_current) select s.id, s.x, s.updated_at, true from stg_c as s
      where not exists (select 1 from dim_c as d where d.id = s.id and d.is_current);
    `,
    'a table that may be a copy of the current state': `
      //- scripts/load.sql
      update dim_shop as d set valid_to = s.changed_on from stg_shops as s
      where d.shop_id = s.shop_id and d.valid_to is null and d.name is distinct from s.name;
      insert into dim_shop (shop_id, name, valid_from, valid_to) select s.shop_id, s.name, s.changed_on, null from stg_shops as s
      where not exists (select 1 from dim_shop as d where d.shop_id = s.shop_id and d.valid_to is null);
    `,
    'times of the clock': `
      //- scripts/load.sql
      merge into dim_customer as t using (select c.*, current_timestamp as loaded_at from stg_customers as c) as s
      on t.customer_id = s.customer_id and t.is_current
      when matched and t.email is distinct from s.email then update set is_current = false, valid_to = s.loaded_at;
      insert into dim_customer (customer_id, email, valid_from, is_current)
      select s.customer_id, s.email, current_timestamp, true from stg_customers as s
      where not exists (select 1 from dim_customer as d where d.customer_id = s.customer_id and d.is_current);
    `,
  },
});

/** The source is a query in sight, or a log of changes; any other table may be a copy of the current state, where nothing is late. */
function mayBeLate(unit: SqlUnit, load: Load, { statement }: Close): boolean {
  const source = load.merges.find(one => one.merge === statement)?.source;
  if (source !== undefined && source.branches.length > 0) return true;
  const tables = statement.kind === 'merge' ? [statement.source] : statement.from.flatMap(tablesOf);
  const target = targetOf(statement, unit.text);
  return tables.some(
    one => one.kind === 'table' && !isTable(one, target) && isLogName(one.name.parts.at(-1)?.name ?? ''),
  );
}

interface Time {
  /** Column of the source that ends the old version and starts the new one. */
  readonly source: string;
  /** Column of the target in which a version starts. */
  readonly start: string;
}

/** The column of the source from which both the end and the next start are taken. */
function timeOf(unit: SqlUnit, load: Load, close: Close): Time | undefined {
  const { end, statement } = close;
  if (!end || close.match === 'by-source' || hasUnknownText(unit, statement)) return undefined;
  const sides = sidesOfStatement(unit, statement);
  const column = columnOf(end.value);
  if (!column || sides.of(column) !== 'source' || isClock(unit, column)) return undefined;
  const name = nameOf(column);
  for (const insertion of load.insertions) {
    const start = insertion.start && columnOf(insertion.start);
    if (!start || insertion.startColumn === undefined || insertion.isOpen === false) continue;
    if (nameOf(start) === name && !isClock(unit, start))
      return { source: column.parts.at(-1)?.name ?? name, start: insertion.startColumn };
  }
  return undefined;
}

/** The column in `s.updated_at`, `s.updated_at - interval '1 day'`, `dateadd(day, -1, s.updated_at)`. */
function columnOf(expression: Expression) {
  let value = bare(expression);
  for (let depth = 0; depth < 10; depth++) {
    if (value.kind === 'cast') value = bare(value.operand);
    else if (value.kind === 'binary' && (value.operator === '-' || value.operator === '+')) value = bare(value.left);
    else if (
      value.kind === 'call' &&
      /^(?:dateadd|date_add|date_sub|timestamp_sub|timestamp_add|date_trunc|to_date|date|timestampadd)$/i.test(
        value.name.parts.at(-1)?.name ?? '',
      )
    ) {
      const inner = value.arguments
        .map(one => bare(one.value))
        .findLast(one => one.kind === 'column' && one.parts.length > 1);
      if (!inner) return undefined;
      value = inner;
    } else break;
  }
  return value.kind === 'column' ? value : undefined;
}

function isClock(unit: SqlUnit, column: Extract<Expression, { kind: 'column' }>): boolean {
  let current: Expression = column;
  for (let depth = 0; depth < 5 && current.kind === 'column'; depth++) {
    if (clockOf(current)) return true;
    const defined = definitionOf(unit, current);
    if (!defined) return /load|ingest|batch|etl|run|process/.test(nameOf(current));
    current = bare(defined.expression);
  }
  return clockOf(current) !== undefined;
}

/** Something compares times of both sides, in any place that decides what is closed. */
function isGuarded(unit: SqlUnit, load: Load, close: Close, conditions: readonly ChangeCondition[]): boolean {
  const { statement } = close;
  const sides = sidesOfStatement(unit, statement);
  const own = [close.condition, ...(statement.kind === 'merge' ? [statement.on] : [])];
  const compares = (condition: Expression | undefined): boolean => {
    if (!condition) return false;
    const { comparisons, isComplete } = changesIn(unit, condition, sides);
    return !isComplete || comparisons.some(one => one.kind === 'order');
  };
  if (own.some(compares)) return true;
  const inside = conditions.filter(one => one.statement === statement && one.select !== undefined);
  if (inside.some(one => changesIn(unit, one.condition, one.sides).comparisons.some(({ kind }) => kind === 'order')))
    return true;
  const merge = load.merges.find(one => one.merge === statement);
  const { source } = merge ?? {};
  if (source?.isOpaque) return true;
  const branches = source?.branches ?? [];
  // Rows of a window, a watermark over the target, and joins that mix both sides in ways nobody reads.
  return branches.some(
    branch =>
      watermarksOf(branch, load.target).some(one => one.max !== undefined) ||
      conditionsOf(branch).some(one => /^(?:between|in)$/.test(one.kind) && mixesSides(one, sides)),
  );
}

function conditionsOf(select: Select): readonly Expression[] {
  return select.where ? operandsOf(select.where.condition, 'and') : [];
}

function fixFor(unit: SqlUnit, close: Close, time: Time, conditions: readonly ChangeCondition[]): readonly RuleFix[] {
  const { condition, statement } = close;
  const targetTable = statement.target;
  if (!condition || targetTable.kind !== 'table') return [];
  const target = targetTable.alias?.name.name ?? targetTable.name.parts.at(-1)?.name;
  const column = close.end && columnOf(close.end.value);
  const source = column && column.parts.length > 1 ? column.parts[column.parts.length - 2]?.name : undefined;
  if (target === undefined || source === undefined) return [];
  const like = keywordOf(unit, statement);
  const and = ` ${inCaseOf(like, 'and')} `;
  const edits: TextEdit[] = [];
  const guard = (at: Expression, from: string, to: string) => {
    const needsParentheses = at.kind === 'binary' && at.operator === 'or';
    if (needsParentheses) edits.push(insert(at.start, '('));
    edits.push(insert(at.end, `${needsParentheses ? ')' : ''}${and}${from}.${time.source} > ${to}.${time.start}`));
  };
  guard(condition, source, target);
  const touched = [condition];
  for (const one of conditions) {
    if (
      one.statement !== statement ||
      !one.select ||
      !changesIn(unit, one.condition, one.sides).comparisons.some(({ kind }) => kind === 'differs')
    )
      continue;
    const scope = unit.facts.scopes.get(one.select);
    const names = (side: 'target' | 'source') =>
      scope?.relations.find(relation => {
        const name = relation.name?.name;
        return name !== undefined && sideNamed(one, relation.name?.name ?? '') === side;
      })?.name?.name;
    const [from, to] = [names('source'), names('target')];
    if (from === undefined || to === undefined) return [];
    guard(one.condition, from, to);
    touched.push(one.condition);
  }
  if (touched.some(one => !isWritten(unit, one))) return [];
  return [suggest('Close only what began before', ...edits)];
}

/** The side on which a relation of the select stands, by any name of it in the condition. */
function sideNamed({ condition, sides }: ChangeCondition, name: string): 'target' | 'source' | undefined {
  const open: Expression[] = [condition];
  for (let steps = 0; steps < 500; steps++) {
    const next = open.pop();
    if (!next) return undefined;
    if (next.kind === 'column' && next.parts.length > 1 && next.parts[next.parts.length - 2]?.name === name)
      return sides.of(next);
    if (next.kind === 'binary') open.push(next.left, next.right);
    if (next.kind === 'unary') open.push(next.operand);
    if (next.kind === 'parenthesized') open.push(next.expression);
    if (next.kind === 'is') open.push(next.operand);
    if (next.kind === 'call') open.push(...next.arguments.map(one => one.value));
  }
  return undefined;
}
