import type { ScopeRelation } from '../../project/infer/scopes.ts';
import { isFarDate } from '../../project/validity-end.ts';
import type {
  BetweenExpression,
  BinaryExpression,
  Expression,
  IsExpression,
  Select,
  SqlNode,
} from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { bare, columnOf, columnsIn, joinsIn, operandsOf } from '../expressions.ts';
import { defineRule, type ProjectView, type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { inCaseOf, isWritten, textOf } from '../written.ts';
import { type HeldVersions, inferredBecause, mayHoldVersions, versionsIn } from './versions.ts';

export default defineRule({
  summary: 'A comparison that the open end of a current version can never pass.',
  why: 'Where the end of the current version is NULL, `x < valid_to` is never true for it: what belongs to the current version finds none. Where the end is a far date, `valid_to is null` is never true.',
  details:
    'Fires where it is proved how an open end is written: by a bare LEAD or NULL in the SQL, by a dbt snapshot (with or without `dbt_valid_to_current`), or by COALESCE with a far date, through refs, CTEs and renames. Looks at ON, WHERE, HAVING and QUALIFY; for `is null` also at the columns of the list. Silent where OR takes the open end in, inside COALESCE, CASE and NOT, where the condition asks for closed versions on purpose, and for `valid_to < x`.',
  severity: 'warning',
  on: 'sql:select',
  check(select, { unit, project, report }) {
    if (!unit || !project || !select.from || !mayHoldVersions(unit, project)) return;
    const conditions = conditionsOf(select);
    for (const condition of conditions) {
      walk(condition, (node, ancestors) => {
        if (node.kind === 'query' || HIDING.has(node.kind)) return 'skip';
        const found = complaintOf(unit, project, node);
        if (!found || takesOpenEnd(unit, node, ancestors, found)) return undefined;
        if (conditions.some(one => asksForClosed(unit, one, found))) return undefined;
        report(node, found.message, { fixes: found.fixes });
        return undefined;
      });
    }
    for (const item of select.items) {
      walk(item, (node, ancestors) => {
        const found = node.kind === 'is' ? ofNull(unit, project, node) : undefined;
        if (found && !takesOpenEnd(unit, node, ancestors, found)) report(node, found.message, { fixes: found.fixes });
        return node.kind === 'query' ? 'skip' : undefined;
      });
    }
  },
  examples: {
    'the end of a snapshot': `
      //- snapshots/products.sql
      {% snapshot product_history %}
      {{ config(unique_key='sku', strategy='timestamp', updated_at='updated_at') }}
      select sku, price, updated_at from {{ source('shop', 'products') }}
      {% endsnapshot %}
      //- models/sales.sql
      select s.id, p.price
      from {{ ref('stg_sales') }} as s
      left join {{ ref('product_history') }} as p
        on p.sku = s.sku
        and s.sold_at >= p.dbt_valid_from
        and s.sold_at < p.dbt_valid_to
            ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: The current version in 'product_history' has no 'dbt_valid_to'
      -> Let the open end count
      //- models/sales.sql
      select s.id, p.price
      from {{ ref('stg_sales') }} as s
      left join {{ ref('product_history') }} as p
        on p.sku = s.sku
        and s.sold_at >= p.dbt_valid_from
        and (s.sold_at < p.dbt_valid_to or p.dbt_valid_to is null)
    `,
    'an end made by LEAD, renamed on the way, read through a CTE': `
      //- models/dim_prices.sql
      with log as (select sku, price, changed_at from {{ ref('price_log') }})
      select sku, price, changed_at as valid_from,
        lead(changed_at) over (partition by sku order by changed_at) as valid_to
      from log
      //- models/sales.sql
      WITH prices AS (SELECT sku, price, valid_from AS starts_at, valid_to AS ends_at FROM {{ ref('dim_prices') }})
      SELECT s.id, prices.price
      FROM {{ ref('stg_sales') }} AS s
      JOIN prices ON prices.sku = s.sku
      WHERE prices.starts_at <= s.sold_at AND prices.ends_at > s.sold_at
                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^ never true for it
      -> Let the open end count
      //- models/sales.sql
      WITH prices AS (SELECT sku, price, valid_from AS starts_at, valid_to AS ends_at FROM {{ ref('dim_prices') }})
      SELECT s.id, prices.price
      FROM {{ ref('stg_sales') }} AS s
      JOIN prices ON prices.sku = s.sku
      WHERE prices.starts_at <= s.sold_at AND (prices.ends_at > s.sold_at OR prices.ends_at IS NULL)
    `,
    'a far date where the open end is NULL, inside Jinja': `
      //- models/dim_prices.sql
      select sku, price, changed_at as valid_from,
        lead(changed_at) over (partition by sku order by changed_at) as valid_to
      from {{ ref('price_log') }}
      //- models/current_prices.sql
      select sku, price from {{ ref('dim_prices') }}
      {% if var('current_only', true) %}
      where valid_to = cast('9999-12-31' as date)
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is written as NULL
      {% endif %}
      -> Ask for NULL
      //- models/current_prices.sql
      select sku, price from {{ ref('dim_prices') }}
      {% if var('current_only', true) %}
      where valid_to is null
      {% endif %}
    `,
    'NULL where the open end is a far date': `
      //- snapshots/products.yml
      snapshots:
        - name: product_history
          relation: source('shop', 'products')
          config:
            unique_key: sku
            strategy: timestamp
            updated_at: updated_at
            dbt_valid_to_current: "to_date('9999-12-31')"
      //- models/current_products.sql
      select sku, price from {{ ref('product_history') }} where dbt_valid_to is null
                                                                ^^^^^^^^^^^^^^^^^^^^ warning: is written as to_date('9999-12-31')
      -> Compare with to_date('9999-12-31')
      //- models/current_products.sql
      select sku, price from {{ ref('product_history') }} where dbt_valid_to = to_date('9999-12-31')
    `,
    'a flag that asks for NULL where the open end is a far date': `
      //- models/versions.sql
      select sku, price, changed_at as valid_from,
        coalesce(lead(changed_at) over (partition by sku order by changed_at), date '9999-12-31') as valid_to
      from {{ ref('price_log') }}
      //- models/dim_prices.sql
      select sku, price, valid_from, valid_to, case when valid_to is null then true else false end as is_current
                                                         ^^^^^^^^^^^^^^^^ it is never NULL
      from {{ ref('versions') }}
      -> Compare with date '9999-12-31'
      //- models/dim_prices.sql
      select sku, price, valid_from, valid_to, case when valid_to = date '9999-12-31' then true else false end as is_current
      from {{ ref('versions') }}
    `,
    'the open end is taken in': `
      //- models/dim_prices.sql
      select sku, price, changed_at as valid_from,
        lead(changed_at) over (partition by sku order by changed_at) as valid_to
      from {{ ref('price_log') }}
      //- models/a.sql
      select s.id from {{ ref('sales') }} as s join {{ ref('dim_prices') }} as p
        on p.sku = s.sku and s.sold_at >= p.valid_from and (s.sold_at < p.valid_to or p.valid_to is null)
      //- models/b.sql
      select s.id from {{ ref('sales') }} as s join {{ ref('dim_prices') }} as p
        on p.sku = s.sku and s.sold_at >= p.valid_from and s.sold_at < coalesce(p.valid_to, date '9999-12-31')
      //- models/c.sql
      select s.id from {{ ref('sales') }} as s join {{ ref('dim_prices') }} as p
        on p.sku = s.sku and coalesce(s.sold_at < p.valid_to, true)
    `,
    'closed versions on purpose': `
      //- models/dim_prices.sql
      select sku, price, changed_at as valid_from,
        lead(changed_at) over (partition by sku order by changed_at) as valid_to
      from {{ ref('price_log') }}
      //- models/expired.sql
      select sku from {{ ref('dim_prices') }} where valid_to < current_date
      //- models/closed_later.sql
      select sku from {{ ref('dim_prices') }} where valid_to is not null and valid_to > date '2024-01-01'
    `,
    'nobody knows how the end is written': `
      //- models/schema.yml
      models:
        - name: dim_prices
          config: { meta: { grainline: { scd: 2, natural_key: sku } } }
      //- models/dim_prices.sql
      select sku, price, valid_from, valid_to from {{ source('shop', 'prices') }}
      //- models/sales.sql
      select s.id from {{ ref('stg_sales') }} as s join {{ ref('dim_prices') }} as p on p.sku = s.sku and s.sold_at < p.valid_to
    `,
  },
});

/** What is asked inside of them is not asked of the row. */
const HIDING: ReadonlySet<SqlNode['kind']> = new Set(['call', 'case', 'unary', 'scalar-subquery', 'exists']);

function conditionsOf(select: Select): readonly Expression[] {
  const joins = joinsIn(select);
  return [
    ...joins.flatMap(join => (join.on ? [join.on] : [])),
    ...[select.where, select.having, select.qualify].flatMap(clause => (clause ? [clause.condition] : [])),
  ];
}

interface Complaint {
  readonly relation: ScopeRelation;
  readonly end: string;
  readonly message: string;
  readonly fixes: readonly RuleFix[];
}

function complaintOf(unit: SqlUnit, project: ProjectView, node: SqlNode): Complaint | undefined {
  switch (node.kind) {
    case 'between':
      return node.not ? undefined : ofUpperBound(unit, project, node, node.operand, node.high);
    case 'binary':
      if (node.operator === '<' || node.operator === '<=') {
        return ofUpperBound(unit, project, node, node.left, node.right);
      }
      if (node.operator === '>' || node.operator === '>=') {
        return ofUpperBound(unit, project, node, node.right, node.left);
      }
      return node.operator === '=' ? ofFarDate(unit, project, node) : undefined;
    case 'is':
      return ofNull(unit, project, node);
    default:
      return undefined;
  }
}

/** `x < valid_to`, where the end is NULL while the version is current. */
function ofUpperBound(
  unit: SqlUnit,
  project: ProjectView,
  node: BinaryExpression | BetweenExpression,
  value: Expression,
  end: Expression,
): Complaint | undefined {
  const found = endIn(unit, project, end);
  if (found?.versions.history.openEnd !== 'null') return undefined;
  const { relation, versions, name } = found;
  // Start and end of one row are compared to find broken rows, not to choose a version.
  if (columnsIn(value).some(one => columnOf(unit, one)?.relation === relation)) return undefined;
  // BETWEEN over a half-open interval is the business of another rule, whose fix lets the open end count.
  if (node.kind === 'between') {
    const low = columnOf(unit, bare(node.low));
    if (low && unit.halfOpenStart(relation, name)?.toLowerCase() === low.column.name.toLowerCase()) return undefined;
  }
  const shown = textOf(unit, end);
  return {
    relation,
    end: name,
    message: `The current version in '${versions.name}' has no '${name}': this is never true for it, and what belongs to it finds no version. Let NULL count as open.${inferredBecause(versions)}`,
    fixes: isWritten(unit, node)
      ? [
          suggest(
            'Let the open end count',
            replace(
              node,
              `(${textOf(unit, node)} ${wordsLike(unit, node, 'or')} ${shown} ${wordsLike(unit, node, 'is null')})`,
            ),
          ),
        ]
      : [],
  };
}

/** `valid_to = '9999-12-31'`, where the end is NULL, or another far date. */
function ofFarDate(unit: SqlUnit, project: ProjectView, node: BinaryExpression): Complaint | undefined {
  for (const [side, other] of [
    [node.left, node.right],
    [node.right, node.left],
  ] as const) {
    if (!isFarDate(other)) continue;
    const found = endIn(unit, project, side);
    if (!found) continue;
    const { relation, versions, name } = found;
    if (versions.history.openEnd === 'null') {
      return {
        relation,
        end: name,
        message: `The open end of '${name}' in '${versions.name}' is written as NULL: no version has this date. Ask for NULL.${inferredBecause(versions)}`,
        fixes: isWritten(unit, node)
          ? [suggest('Ask for NULL', replace(node, `${textOf(unit, side)} ${wordsLike(unit, node, 'is null')}`))]
          : [],
      };
    }
    const { sentinel } = versions.history;
    const [written, meant] = [textOf(unit, other), sentinel ?? ''].map(dayIn);
    if (written === undefined || meant === undefined || written === meant) continue;
    return {
      relation,
      end: name,
      message: `The open end of '${name}' in '${versions.name}' is written as ${sentinel}: no version has this date. Compare with that.${inferredBecause(versions)}`,
      fixes: [suggest(`Compare with ${sentinel}`, replace(other, sentinel ?? ''))],
    };
  }
  return undefined;
}

/** `valid_to is null`, where the open end is a far date. */
function ofNull(unit: SqlUnit, project: ProjectView, node: IsExpression): Complaint | undefined {
  if (node.test !== 'null' || node.not) return undefined;
  const found = endIn(unit, project, node.operand);
  const sentinel = found?.versions.history.sentinel;
  if (found?.versions.history.openEnd !== 'sentinel' || sentinel === undefined) return undefined;
  // Behind an outer join NULL means that nothing was joined.
  if (found.relation.nullableBy.length > 0) return undefined;
  const { relation, versions, name } = found;
  return {
    relation,
    end: name,
    message: `The open end of '${name}' in '${versions.name}' is written as ${sentinel}: it is never NULL. Compare with that date.${inferredBecause(versions)}`,
    fixes: isWritten(unit, node)
      ? [suggest(`Compare with ${sentinel}`, replace(node, `${textOf(unit, node.operand)} = ${sentinel}`))]
      : [],
  };
}

/** The end of a history, read by name. */
function endIn(
  unit: SqlUnit,
  project: ProjectView,
  expression: Expression,
): { readonly relation: ScopeRelation; readonly versions: HeldVersions; readonly name: string } | undefined {
  let inner = bare(expression);
  for (let depth = 0; inner.kind === 'cast' && depth < 5; depth++) inner = bare(inner.operand);
  const column = columnOf(unit, inner);
  if (!column) return undefined;
  const versions = versionsIn(unit, project, column.relation);
  return versions && versions.validTo?.toLowerCase() === column.column.name.toLowerCase()
    ? { relation: column.relation, versions, name: column.column.name }
    : undefined;
}

/** The year, month and day of a date in the text. */
function dayIn(text: string): string | undefined {
  return /\d{4}-?\d{2}-?\d{2}/.exec(text)?.[0].replaceAll('-', '');
}

/** An OR around it asks for the open end in another way. */
function takesOpenEnd(unit: SqlUnit, node: SqlNode, ancestors: readonly SqlNode[], found: Complaint): boolean {
  const around = ancestors.findIndex(one => one.kind === 'binary' && one.operator === 'or');
  const outermost = ancestors[around];
  if (outermost?.kind !== 'binary') return false;
  return operandsOf(outermost, 'or').some(
    one => !(one.start <= node.start && one.end >= node.end) && asksOf(unit, one, found.relation),
  );
}

/** A column of the relation is asked for: its end, its flag, or whatever else stands for being open. */
function asksOf(unit: SqlUnit, expression: Expression, relation: ScopeRelation): boolean {
  return columnsIn(expression).some(one => columnOf(unit, one)?.relation === relation);
}

/** `valid_to is not null`, `not is_current`: the open versions are left out on purpose. */
function asksForClosed(unit: SqlUnit, condition: Expression, { relation, end }: Complaint): boolean {
  return operandsOf(condition, 'and').some(one => {
    const isOfEnd = (inner: Expression): boolean => {
      const column = columnOf(unit, bare(inner));
      return column?.relation === relation && column.column.name.toLowerCase() === end.toLowerCase();
    };
    if (one.kind === 'is') {
      if (one.test === 'null' && one.not && isOfEnd(one.operand)) return true;
      return one.test === 'false' && !one.not && columnOf(unit, bare(one.operand))?.relation === relation;
    }
    if (one.kind === 'unary' && one.operator === 'not') return columnOf(unit, bare(one.operand))?.relation === relation;
    if (one.kind !== 'binary' || one.operator !== '=') return false;
    return [one.left, one.right].some(side => {
      const inner = bare(side);
      return inner.kind === 'literal' && /^(?:false|0|n|no)$/i.test(inner.value) && asksOf(unit, one, relation);
    });
  });
}

/** In capitals where the condition has its words in capitals. */
function wordsLike(unit: SqlUnit, node: SqlNode, words: string): string {
  const before = unit.text.slice(Math.max(0, node.start - 200), node.start);
  const keyword = /\b(and|on|where|or)\b[^a-z]*$/i.exec(before)?.[1] ?? 'where';
  return inCaseOf(keyword, words);
}
