import type { Select } from '../../syntax/sql/tree.ts';
import { bare, operandsOf } from '../expressions.ts';
import { defineRule, insert, type ProjectView, type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { hasUnknownText, mayBeSameTarget, targetOf, writesIn } from '../writes.ts';
import { inCaseOf, indentationAt, isWritten, textOf } from '../written.ts';
import { changesIn } from './changes.ts';
import { type Close, type Insertion, isSameValue, type Load, loadsOf, type MergeParts, picksCurrent } from './load.ts';
import { sidesOfSelect } from './load-sides.ts';
import { hasNullCopies } from './load-source.ts';
import { keywordOf, withNullSeen, writtenAgain } from './merge-text.ts';

export default defineRule({
  summary: 'A load that closes the old version of a changed row and cannot insert the new one.',
  why: 'A row that matches never reaches WHEN NOT MATCHED, so everything that changes loses its current version: joins to the current row drop it from that day on.',
  details: `
Fires when a MERGE closes matched rows, inserts unmatched ones by the very columns it matches on, and no other statement of
the script inserts into the table; and when rows are closed first and the INSERT behind it joins the current rows it just
closed. Silent for the forms that are right: a staged union with a second copy that has no key, close and insert as two
statements, new versions inserted before the old ones are closed, \`insert into … select … from (merge …)\`, and wherever
the source or a placeholder may hold the second copy.

The suggested rewrite puts the source into a union: once with its key, to close, and once without for what changed, to insert.
  `,
  severity: 'error',
  basis: 'absence',
  on: 'sql:file',
  files: ['script', 'analysis'],
  check(_file, context) {
    const { unit, report, project } = context;
    if (!unit) return;
    for (const load of loadsOf(unit, context)) {
      for (const { close, merge } of closesWithoutInsert(unit, load)) {
        report(
          close.at,
          `A changed row of ${load.target.label} is closed here, but its new version is never inserted: a row that matches cannot reach WHEN NOT MATCHED. Give the source a second copy of changed rows without a key, or insert in a statement of its own.`,
          { fixes: [stagedUnion(unit, merge, close, project)].filter(one => one !== undefined) },
        );
      }
      for (const { insertion, close } of insertsBehindClose(unit, load, context.project?.config.validity)) {
        report(
          { start: insertion.statement.start, end: insertion.statement.target.end },
          `This INSERT joins the current rows of ${load.target.label}, but the changed ones were closed a statement before: neither new keys nor new versions get in. Insert what has no current row (NOT EXISTS).`,
          { relatedHere: [{ span: close.at, message: 'They are closed here.' }] },
        );
      }
    }
  },
  examples: {
    'one pass, Snowflake': `
      //- macros/load_customers.sql
      {% macro load_customers() %}
      merge into dim_customer as t
      using {{ ref('stg_customers') }} as s
      on t.customer_id = s.customer_id and t.is_current
      when matched and t.email is distinct from s.email then
        update set is_current = false, valid_to = s.updated_at
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: A changed row of 'dim_customer' is closed here
      when not matched then
        insert (customer_id, email, valid_from, valid_to, is_current)
        values (s.customer_id, s.email, s.updated_at, null, true);
      {% endmacro %}
      ->
      {% macro load_customers() %}
      merge into dim_customer as t
      using (
        with incoming as (select * from {{ ref('stg_customers') }})
        select s.customer_id as merge_key, s.* from incoming as s
        union all
        select null as merge_key, s.* from incoming as s
        join dim_customer as t on t.customer_id = s.customer_id and t.is_current
        where t.email is distinct from s.email
      ) as s
      on t.customer_id = s.merge_key and t.is_current
      when matched and t.email is distinct from s.email then
        update set is_current = false, valid_to = s.updated_at
      when not matched then
        insert (customer_id, email, valid_from, valid_to, is_current)
        values (s.customer_id, s.email, s.updated_at, null, true);
      {% endmacro %}
    `,
    'by subquery, blind to NULL, without asking for the current version (BigQuery)': `
      //- grainline.yml
      dialect: bigquery
      //- analyses/load.sql
      MERGE dw.dim_product AS target
      USING (SELECT sku, name, CURRENT_TIMESTAMP() AS effective_from FROM raw.products) AS source
      ON target.sku = source.sku
      WHEN MATCHED AND target.name != source.name THEN
        UPDATE SET effective_to = source.effective_from
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: its new version is never inserted
      WHEN NOT MATCHED THEN
        INSERT (sku, name, effective_from, effective_to) VALUES (sku, name, effective_from, NULL)
      ->
      //- analyses/load.sql
      MERGE dw.dim_product AS target
      USING (
        WITH incoming AS (SELECT sku, name, CURRENT_TIMESTAMP() AS effective_from FROM raw.products)
        SELECT source.sku AS merge_key, source.* FROM incoming AS source
        UNION ALL
        SELECT NULL AS merge_key, source.* FROM incoming AS source
        JOIN dw.dim_product AS target ON target.sku = source.sku
        WHERE target.name IS DISTINCT FROM source.name
      ) AS source
      ON target.sku = source.merge_key
      WHEN MATCHED AND target.name IS DISTINCT FROM source.name THEN
        UPDATE SET effective_to = source.effective_from
      WHEN NOT MATCHED THEN
        INSERT (sku, name, effective_from, effective_to) VALUES (sku, name, effective_from, NULL)
    `,
    'INSERT * of Databricks, a composite key': `
      //- without dbt_project.yml
      //- scripts/load.sql
      merge into silver.prices as p
      using updates as u
      on p.sku = u.sku and p.shop = u.shop and p.is_current = true
      when matched and p.price <> u.price then update set p.is_current = false, p.end_date = current_date()
                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: A changed row of 'prices'
      when not matched then insert *
      ->
      //- scripts/load.sql
      merge into silver.prices as p
      using (
        with incoming as (select * from updates)
        select u.sku as merge_key_1, u.shop as merge_key_2, u.* from incoming as u
        union all
        select null as merge_key_1, null as merge_key_2, u.* from incoming as u
        join silver.prices as p on p.sku = u.sku and p.shop = u.shop and p.is_current = true
        where p.price is distinct from u.price
      ) as u
      on p.sku = u.merge_key_1 and p.shop = u.merge_key_2 and p.is_current = true
      when matched and p.price is distinct from u.price then update set p.is_current = false, p.end_date = current_date()
      when not matched then insert *
    `,
    'closed first, then looked for among the current rows (Postgres)': `
      //- macros/load_customers.sql
      {% macro load_customers() %}
      update dim_customer as d set is_current = false, valid_to = s.updated_at
      from stg_customers as s
      where d.customer_id = s.customer_id and d.is_current and d.email is distinct from s.email;

      insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
      ^^^^^^^^^^^^^^^^^^^^^^^^ error: joins the current rows of 'dim_customer'
      select s.customer_id, s.email, s.updated_at, null, true
      from stg_customers as s
      join dim_customer as d on d.customer_id = s.customer_id and d.is_current
      where d.email is distinct from s.email;
      {% endmacro %}
      -> no fix
    `,
    'a staged union (Databricks)': `
      //- scripts/load.sql
      merge into dim_customer as t
      using (
        select customer_id as merge_key, s.* from stg_customers as s
        union all
        select null as merge_key, s.* from stg_customers as s
        join dim_customer as d on d.customer_id = s.customer_id and d.is_current
        where d.email is distinct from s.email
      ) as s
      on t.customer_id = s.merge_key and t.is_current
      when matched and t.email is distinct from s.email then update set is_current = false, valid_to = s.updated_at
      when not matched then insert (customer_id, email, valid_from, valid_to, is_current)
        values (s.customer_id, s.email, s.updated_at, null, true);
    `,
    'two statements, and new versions first': `
      //- scripts/two.sql
      merge into dim_customer as t using stg_customers as s
      on t.customer_id = s.customer_id and t.is_current
      when matched and t.email is distinct from s.email then update set is_current = false, valid_to = s.updated_at;
      merge into dim_customer as t using stg_customers as s
      on t.customer_id = s.customer_id and t.is_current
      when not matched then insert (customer_id, email, valid_from, is_current) values (s.customer_id, s.email, s.updated_at, true);
      //- scripts/first.sql
      insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
      select s.customer_id, s.email, s.updated_at, null, true from stg_customers as s
      left join dim_customer as d on d.customer_id = s.customer_id and d.is_current
      where d.customer_id is null or d.email is distinct from s.email;
      merge into dim_customer as t using (select customer_id, max(valid_from) as newest from dim_customer group by 1) as n
      on t.customer_id = n.customer_id and t.is_current and t.valid_from < n.newest
      when matched then update set is_current = false, valid_to = n.newest;
    `,
    'tracked columns in ON, with BY SOURCE; MERGE inside of INSERT (T-SQL)': `
      //- grainline.yml
      dialect: tsql
      //- scripts/hash.sql
      merge into dim_customer as t using stg_customers as s
      on t.customer_id = s.customer_id and t.is_current = 1 and t.row_hash = s.row_hash
      when not matched then insert (customer_id, row_hash, valid_from, is_current) values (s.customer_id, s.row_hash, s.updated_at, 1)
      when not matched by source and t.is_current = 1 then update set is_current = 0, valid_to = getdate();
      //- scripts/composable.sql
      insert into dim_customer (customer_id, email, valid_from, is_current)
      select customer_id, email, getdate(), 1 from (
        merge dim_customer as t using stg_customers as s on t.customer_id = s.customer_id
        when matched and t.is_current = 1 and t.email <> s.email then update set t.is_current = 0, t.valid_to = getdate()
        when not matched then insert (customer_id, email, valid_from, is_current) values (s.customer_id, s.email, getdate(), 1)
        output s.customer_id, s.email, $action as act
      ) as changes where act = 'UPDATE';
    `,
    'soft deletes, type 1, and what an argument may bring': `
      //- macros/load.sql
      {% macro load(source) %}
      merge into customers as t using stg_customers as s on t.customer_id = s.customer_id
      when matched and s.op = 'D' then update set is_active = false
      when matched then update set email = s.email
      when not matched then insert (customer_id, email, is_active) values (s.customer_id, s.email, true);
      merge into dim_product as t using {{ source }} as s on t.sku = s.merge_sku and t.is_current
      when matched and t.name is distinct from s.name then update set is_current = false, valid_to = s.updated_at
      when not matched then insert (sku, name, valid_from, is_current) values (s.sku, s.name, s.updated_at, true);
      merge into dim_shop as t using stg_shops as s on t.shop_id = s.shop_id and t.is_current
      when matched and t.name is distinct from s.name then update set is_current = false, valid_to = s.updated_at
      when not matched then insert (shop_id, name, valid_from, is_current) values (s.shop_id, s.name, s.updated_at, true);
      {{ insert_new_shops() }}
      {% endmacro %}
    `,
  },
});

/** Closes of matched rows whose new version nothing inserts. */
function closesWithoutInsert(unit: SqlUnit, load: Load): readonly { close: Close; merge: MergeParts }[] {
  return load.merges.flatMap(merge => {
    const closes = load.closes.filter(one => one.statement === merge.merge && one.match === 'matched');
    const insertion = load.insertions.find(one => one.statement === merge.merge);
    if (!insertion || closes.length === 0 || !cannotInsert(unit, merge, insertion)) return [];
    const close = closes.find(one => isOfChange(unit, one, merge));
    if (!close || insertsElsewhere(unit, merge, load)) return [];
    // A branch that also overwrites what changed keeps the row in place: then nothing is closed for a change.
    const overwrites = merge.merge.branches.some(
      branch =>
        branch !== close.branch &&
        branch.match === 'matched' &&
        branch.action.kind === 'merge-update' &&
        !isClosing(load, branch),
    );
    return overwrites ? [] : [{ close, merge }];
  });
}

function isClosing(load: Load, branch: unknown): boolean {
  return load.closes.some(one => one.branch === branch);
}

/** What the INSERT writes into the columns of ON is what ON compares them with: a row that matched is not inserted. */
function cannotInsert(unit: SqlUnit, merge: MergeParts, insertion: Insertion): boolean {
  const { keys, otherConditions, source } = merge;
  if (keys.length === 0 || otherConditions.length > 0 || hasUnknownText(unit, merge.merge.on)) return false;
  if (keys.some(({ column }) => /hash|diff|checksum|version/.test(column))) return false;
  const isSame = keys.every(({ column, source: matched }) => {
    if (insertion.isByName) return matched.kind === 'column' && matched.parts.at(-1)?.name.toLowerCase() === column;
    const value = insertion.values.get(column);
    return value !== undefined && isSameValue(unit, matched, value);
  });
  // A source that is an argument may be anything, yet the key it is matched by is the one that is inserted.
  if (!isSame || !source) return false;
  const { table } = source.relation;
  if (table.kind === 'subquery' && hasNullCopies(table.query)) return false;
  const cte = source.relation.cte?.node.query;
  if (cte?.kind === 'query' && hasNullCopies(cte)) return false;
  return !source.branches.some(
    branch => source.isUnion && branch.items.some(item => item.kind === 'item' && isNull(item.expression)),
  );
}

function isNull(expression: Parameters<typeof bare>[0]): boolean {
  const value = bare(expression);
  return value.kind === 'literal' && value.type === 'null';
}

/** It closes because something changed, or closes whatever matches; not because the source says that a row was deleted. */
function isOfChange(unit: SqlUnit, close: Close, merge: MergeParts): boolean {
  if (close.condition === undefined) return close.end !== undefined || close.flag !== undefined;
  const { comparisons, isComplete } = changesIn(unit, close.condition, merge.sides);
  if (comparisons.some(one => one.kind === 'differs') || !isComplete) return true;
  return operandsOf(close.condition, 'and').some(
    one =>
      one.kind === 'binary' &&
      one.operator === '=' &&
      one.right.kind === 'literal' &&
      merge.sides.ofAll(one.left) === 'source' &&
      /^(?:u|upd\w*|chang\w*|modif\w*)$/i.test(one.right.value),
  );
}

/** Another statement may put the new version in, or nobody can tell what is run beside this one. */
function insertsElsewhere(unit: SqlUnit, merge: MergeParts, load: Load): boolean {
  if (runsUnknown(unit)) return true;
  return writesIn(unit).some(
    one =>
      one !== merge.merge &&
      mayBeSameTarget(targetOf(one, unit.text), load.target) &&
      (one.kind === 'insert' ||
        (one.kind === 'merge' && one.branches.some(branch => branch.action.kind === 'merge-insert'))),
  );
}

/** A statement of the script is a placeholder. */
function runsUnknown(unit: SqlUnit): boolean {
  return unit.tree.statements.some(
    one => one.kind === 'query' && one.body.kind === 'error' && hasUnknownText(unit, one),
  );
}

/** Inserts from a join with the current rows, behind the statement that closed the changed ones. */
function insertsBehindClose(
  unit: SqlUnit,
  load: Load,
  validity: Parameters<typeof picksCurrent>[1] | undefined,
): readonly { insertion: Insertion; close: Close }[] {
  if (validity === undefined && load.closes.length === 0) return [];
  return load.insertions.flatMap(insertion => {
    const { statement, select } = insertion;
    if (statement.kind !== 'insert' || !select || hasUnknownText(unit, statement)) return [];
    const close = load.closes.find(
      one =>
        one.statement.end <= statement.start &&
        one.match !== 'by-source' &&
        unit.tree.statements.includes(one.statement) &&
        unit.tree.statements.includes(statement),
    );
    if (!close || insertion.isOpen === false || !joinsCurrent(unit, select, load, validity)) return [];
    // With no other way in for what changed.
    const isAlone = load.insertions.every(one => one === insertion || one.statement.end <= close.statement.start);
    return isAlone ? [{ insertion, close }] : [];
  });
}

function joinsCurrent(
  unit: SqlUnit,
  select: Select,
  load: Load,
  validity: Parameters<typeof picksCurrent>[1] | undefined,
): boolean {
  const conditions = [...innerConditions(select)];
  if (validity === undefined) return false;
  const sides = sidesOfSelect(unit, select, load.target);
  const current = conditions
    .flatMap(one => operandsOf(one, 'and'))
    .filter(one => picksCurrent(one, validity) && sides.ofAll(one) === 'target');
  const isCompared = conditions.some(one =>
    changesIn(unit, one, sides).comparisons.some(({ kind }) => kind === 'differs'),
  );
  return current.length > 0 && isCompared;
}

/** Conditions that every row of the select has fulfilled: WHERE and inner joins, when the target is joined by no outer join. */
function innerConditions(select: Select) {
  const found = [];
  const open = [...(select.from?.items ?? [])];
  for (let table = open.pop(); table; table = open.pop()) {
    if (table.kind !== 'join') continue;
    if (table.type !== 'inner' && table.type !== 'cross') return [];
    if (table.on) found.push(table.on);
    open.push(table.left, table.right);
  }
  if (select.where) found.push(select.where.condition);
  return found;
}

/** USING as a union: each row with its key, and what changed once more without. */
function stagedUnion(
  unit: SqlUnit,
  parts: MergeParts,
  close: Close,
  project: ProjectView | undefined,
): RuleFix | undefined {
  const { merge, keys } = parts;
  const { dialect } = unit;
  const source = merge.source;
  // Redshift merges tables only, and T-SQL has no WITH inside of a subquery.
  if (keys.length === 0 || dialect === 'redshift' || dialect === 'tsql' || merge.with) return undefined;
  if (source.kind !== 'table' && source.kind !== 'subquery') return undefined;
  const alias = source.alias?.name.name ?? (source.kind === 'table' ? source.name.parts.at(-1)?.name : undefined);
  const targetTable = merge.target;
  if (alias === undefined || targetTable.kind !== 'table') return undefined;
  if (keys.some(key => key.source.kind !== 'column' || !isWritten(unit, key.source))) return undefined;
  const targetName = writtenAgain(unit, targetTable.name, project);
  if (targetName === undefined || !isWritten(unit, merge.on)) return undefined;
  if (close.condition && !isWritten(unit, close.condition)) return undefined;
  const like = keywordOf(unit, merge);
  const word = (text: string): string => inCaseOf(like, text);
  const targetAlias = targetTable.alias?.name.name;
  const joined = targetAlias === undefined ? targetName : `${targetName} ${word('as')} ${targetAlias}`;
  const { comparisons } = changesIn(unit, close.condition, parts.sides);
  const changed = close.condition && withNullSeen(unit, close.condition, comparisons, dialect, like);
  const nameOfKey = (i: number): string => (keys.length === 1 ? 'merge_key' : `merge_key_${i + 1}`);
  const withKeys = keys.map((key, i) => `${textOf(unit, key.source)} ${word('as')} ${nameOfKey(i)}`).join(', ');
  const withoutKeys = keys.map((_, i) => `${word('null')} ${word('as')} ${nameOfKey(i)}`).join(', ');
  const inner = `\n${indentationAt(unit.text, merge.start)}  `;
  const outer = `\n${indentationAt(unit.text, merge.start)}`;
  const before = `(${inner}${word('with')} incoming ${word('as')} (${source.kind === 'table' ? `${word('select')} * ${word('from')} ` : ''}`;
  const after = [
    `)`,
    `${word('select')} ${withKeys}, ${alias}.* ${word('from')} incoming ${word('as')} ${alias}`,
    word('union all'),
    `${word('select')} ${withoutKeys}, ${alias}.* ${word('from')} incoming ${word('as')} ${alias}`,
    `${word('join')} ${joined} ${word('on')} ${textOf(unit, merge.on)}`,
    ...(changed === undefined ? [] : [`${word('where')} ${changed}`]),
  ].join(inner);
  const query = source.kind === 'subquery' ? source.query : undefined;
  const from = query?.start ?? source.start;
  const to = query?.end ?? (source.kind === 'table' ? source.name.end : source.end);
  const opened = source.kind === 'subquery' ? before.slice(1) : before;
  const closed = source.kind === 'subquery' ? `${after}${outer}` : `${after}${outer})`;
  const named = source.kind === 'table' && source.alias === undefined ? ` ${word('as')} ${alias}` : '';
  return suggest(
    'Give changed rows a second copy without a key',
    insert(from, opened),
    insert(to, closed + named),
    ...keys.map((key, i) => replace(key.source, `${alias}.${nameOfKey(i)}`)),
    ...(close.condition && changed !== textOf(unit, close.condition) ? [replace(close.condition, changed ?? '')] : []),
  );
}
