import type { Assignment, Expression, MergeBranch, UpdateStatement } from '../../syntax/sql/tree.ts';
import { bare } from '../expressions.ts';
import { defineRule, insert, type RuleFix, type SqlUnit, suggest } from '../rule.ts';
import { hasUnknownText, targetOf } from '../writes.ts';
import { inCaseOf, isWritten } from '../written.ts';
import { changesIn, nameOf } from './changes.ts';
import { loadsOf } from './load.ts';
import { mentionsTarget, type Sides, sidesOfStatement } from './load-sides.ts';
import { differs, keywordOf } from './merge-text.ts';

export default defineRule({
  summary: 'The previous value of an attribute is set on every run, changed or not.',
  why: 'The second run finds the new value in place and makes it the previous one too: what was there before the change is lost.',
  details:
    'Fires when MERGE or UPDATE sets one column to another column of the target (`previous_city = t.city`) that it overwrites from the source, and nothing asks whether that column changed. Silent when the condition compares the column or a hash, when the source is limited to changes by a join with the target, and for CASE.',
  severity: 'warning',
  basis: 'absence',
  on: 'sql:file',
  files: ['script', 'analysis'],
  check(_file, context) {
    const { unit, report } = context;
    if (!unit) return;
    for (const load of loadsOf(unit, context)) {
      for (const statement of load.writes) {
        if (statement.kind !== 'merge' && statement.kind !== 'update') continue;
        const sides = sidesOfStatement(unit, statement);
        const places: readonly {
          set: readonly Assignment[];
          condition: Expression | undefined;
          branch: MergeBranch | undefined;
        }[] =
          statement.kind === 'update'
            ? [{ set: statement.set, condition: statement.where, branch: undefined }]
            : statement.branches.flatMap(branch =>
                branch.match === 'matched' && branch.action.kind === 'merge-update'
                  ? [{ set: branch.action.set, condition: branch.condition, branch }]
                  : [],
              );
        for (const { set, condition, branch } of places) {
          const shift = shiftIn(set, sides, targetOf(statement, unit.text).alias);
          if (!shift || hasUnknownText(unit, branch ?? statement)) continue;
          if (asksForChange(unit, condition, sides)) continue;
          if (
            statement.kind === 'merge' &&
            (mentionsTarget(unit, statement.source, load.target) || asksForChange(unit, statement.on, sides))
          )
            continue;
          report(
            shift.previous,
            `'${shift.previousName}' is set on every run, so the second one makes the new '${shift.name}' the previous one too, and the old value is lost. Set it only where '${shift.name}' changed.`,
            { fixes: fixFor(unit, statement, branch, condition, shift) },
          );
        }
      }
    }
  },
  examples: {
    'MERGE without a condition (Snowflake)': `
      //- grainline.yml
      dialect: snowflake
      //- macros/load.sql
      {% macro load() %}
      merge into dim_customer as t using {{ ref('stg_customers') }} as s on t.customer_id = s.customer_id
      when matched then update set previous_city = t.city, city = s.city, city_changed_at = s.updated_at
                                   ^^^^^^^^^^^^^^^^^^^^^^ warning: the second one makes the new 'city' the previous one too
      when not matched then insert (customer_id, city) values (s.customer_id, s.city);
      {% endmacro %}
      ->
      {% macro load() %}
      merge into dim_customer as t using {{ ref('stg_customers') }} as s on t.customer_id = s.customer_id
      when matched and t.city is distinct from s.city then update set previous_city = t.city, city = s.city, city_changed_at = s.updated_at
      when not matched then insert (customer_id, city) values (s.customer_id, s.city);
      {% endmacro %}
    `,
    'UPDATE … FROM (Redshift)': `
      //- grainline.yml
      dialect: redshift
      //- scripts/load.sql
      update dim_shop set old_manager = manager, manager = s.manager from stg_shops as s where dim_shop.shop_id = s.shop_id;
                          ^^^^^^^^^^^^^^^^^^^^^ warning: 'old_manager' is set on every run
      ->
      update dim_shop set old_manager = manager, manager = s.manager from stg_shops as s where dim_shop.shop_id = s.shop_id and (dim_shop.manager <> s.manager or (dim_shop.manager is null and s.manager is not null) or (dim_shop.manager is not null and s.manager is null));
    `,
    'only where it changed': `
      //- scripts/load.sql
      merge into dim_a as t using stg_a as s on t.id = s.id
      when matched and t.city is distinct from s.city then update set previous_city = t.city, city = s.city;
      merge into dim_b as t using stg_b as s on t.id = s.id
      when matched and t.row_hash <> s.row_hash then update set previous_city = t.city, city = s.city, row_hash = s.row_hash;
      merge into dim_c as t using (select b.* from stg_c as b join dim_c as d on d.id = b.id where d.city <> b.city) as s on t.id = s.id
      when matched then update set previous_city = t.city, city = s.city;
      merge into dim_d as t using stg_d as s on t.id = s.id
      when matched then update set previous_city = case when t.city <> s.city then t.city else t.previous_city end, city = s.city;
    `,
    'columns that are not shifted': `
      //- scripts/load.sql
      merge into dim_a as t using stg_a as s on t.id = s.id
      when matched then update set display_name = t.short_name, city = s.city;
      update dim_b set first_city = city where first_city is null;
    `,
  },
});

interface Shift {
  /** `previous_x = t.x`. */
  readonly previous: Assignment;
  readonly previousName: string;
  readonly name: string;
  /** `x = s.x`. */
  readonly overwritten: Assignment;
}

/** A column that takes the value of another one, which the source overwrites in the same breath. */
function shiftIn(set: readonly Assignment[], sides: Sides, alias: string | undefined): Shift | undefined {
  const nameOfTarget = (one: Assignment) => (one.target.kind === 'name' ? one.target.parts.at(-1)?.name : undefined);
  for (const previous of set) {
    const value = bare(previous.value);
    const previousName = nameOfTarget(previous);
    if (value.kind !== 'column' || previousName === undefined) continue;
    const isOwn =
      value.parts.length === 1 || sides.of(value) === 'target' || value.parts.at(-2)?.name.toLowerCase() === alias;
    if (!isOwn) continue;
    const overwritten = set.find(one => one !== previous && nameOfTarget(one)?.toLowerCase() === nameOf(value));
    if (!overwritten || sides.ofAll(overwritten.value) !== 'source') continue;
    return { previous, previousName, name: value.parts.at(-1)?.name ?? '', overwritten };
  }
  return undefined;
}

/** Any look for a change, or anything that cannot be read. */
function asksForChange(unit: SqlUnit, condition: Expression | undefined, sides: Sides): boolean {
  if (!condition) return false;
  const { comparisons, isComplete } = changesIn(unit, condition, sides);
  return !isComplete || comparisons.some(one => one.kind === 'differs' || one.kind === 'order');
}

function fixFor(
  unit: SqlUnit,
  statement: UpdateStatement | Extract<Parameters<typeof sidesOfStatement>[1], { kind: 'merge' }>,
  branch: MergeBranch | undefined,
  condition: Expression | undefined,
  { name, overwritten }: Shift,
): readonly RuleFix[] {
  const source = unit.text.slice(overwritten.value.start, overwritten.value.end);
  const table = statement.target;
  const own = table.kind === 'table' ? (table.alias?.name.name ?? table.name.parts.at(-1)?.name) : undefined;
  if (own === undefined || bare(overwritten.value).kind !== 'column') return [];
  const like = keywordOf(unit, statement);
  const guard = ` ${inCaseOf(like, 'and')} ${differs(`${own}.${name}`, source, unit.dialect, like)}`;
  const words = branch && /^when\s+matched/i.exec(unit.text.slice(branch.start, branch.end));
  const at = condition?.end ?? (branch && words ? branch.start + words[0].length : undefined);
  if (at === undefined || !isWritten(unit, { start: condition?.start ?? at - 1, end: at })) return [];
  if (condition?.kind === 'binary' && condition.operator === 'or')
    return [suggest('Shift only what changed', insert(condition.start, '('), insert(at, `)${guard}`))];
  return [suggest('Shift only what changed', insert(at, guard))];
}
