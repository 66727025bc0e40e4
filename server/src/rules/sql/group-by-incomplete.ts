import { functionFacts } from '../../project/infer/functions.ts';
import type { SelectScope } from '../../project/infer/scopes.ts';
import type { Dialect } from '../../syntax/sql/dialect.ts';
import { normalizeName } from '../../syntax/sql/names.ts';
import type {
  ColumnReference,
  Expression,
  ExpressionItem,
  GroupByClause,
  Select,
  SqlNode,
} from '../../syntax/sql/tree.ts';
import { stackChildren, walk } from '../../syntax/sql/walk.ts';
import { bare, functionName, holdsUnknown, quoted } from '../expressions.ts';
import { defineRule, insert, type SqlUnit, suggest } from '../rule.ts';
import { isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'A column stands beside aggregates without being grouped, or GROUP BY counts past the list.',
  why: 'The warehouse refuses the query: the model does not build.',
  details:
    'Only what is certain: a plain column of FROM outside of any aggregate, and ordinals that name no item or an aggregate. Silent for `group by all`, ROLLUP, CUBE and GROUPING SETS, behind Jinja that cannot be computed, inside functions that are not known, and on MySQL, SQLite and ClickHouse, which take a value of their choice or read names otherwise; where the dialect is not known, also for a name that another item of the list bears.',
  severity: 'error',
  on: 'sql:select',
  check(select, { unit, dialect, report }) {
    const scope = unit?.facts.scopes.get(select);
    if (!unit || !scope || scope.isOpen || select.isOpaque || select.others.length > 0 || select.as) return;
    if (LOOSE.has(dialect) || unit.problems.length > 0 || select.items.length === 0) return;
    if (unit.node?.isEnabled === 'no') return;
    const { groupBy } = select;
    if (groupBy ? groupBy.all || groupBy.items.some(isSpecial) : !isAggregating(select)) return;
    if (groupBy) checkOrdinals(select, groupBy, scope, unit, report);
    // Placeholders may hold keys, aggregates, anything.
    if (select.items.some(item => item.kind !== 'item' || holdsUnknown(item))) return;
    if (unit.expansion.unknowns.some(one => select.start <= one.offset && one.offset < select.end)) return;
    const keys = keysOf(select, scope, unit);
    if (!keys) return;
    for (const item of select.items) {
      if (item.kind !== 'item') continue;
      const column = findUngrouped(item.expression, keys, scope, unit);
      if (!column || !isWritten(unit, column)) continue;
      const message = groupBy
        ? `${quoted(unit, column)} is neither grouped nor aggregated, so a group has many values of it and the query fails. Add it to GROUP BY, or aggregate it.`
        : `${quoted(unit, column)} stands beside an aggregate without GROUP BY, so the query fails. Group by it, or aggregate it.`;
      const last = groupBy?.items.at(-1);
      const isWhole = bare(item.expression) === column;
      report(column, message, {
        fixes:
          last && isWhole && isWritten(unit, last)
            ? [suggest('Add it to GROUP BY', insert(last.end, `, ${textOf(unit, column)}`))]
            : [],
      });
    }
  },
  examples: {
    'a text in double quotes, where nobody says the dialect': `
      select day, "no" as is_signup, count(*) as visits from {{ source('web', 'visits') }} group by day
    `,
    'a column that is not grouped': `
      select o.region, o.city, sum(o.amount) as amount from {{ ref('orders') }} as o
                       ^^^^^^ 'o.city' is neither grouped nor aggregated
      group by o.region
      -> Add it to GROUP BY
      select o.region, o.city, sum(o.amount) as amount from {{ ref('orders') }} as o
      group by o.region, o.city
    `,
    'beside an aggregate, without GROUP BY, in a CTE': `
      with totals as (
        select region, count(*) as orders from {{ ref('orders') }}
               ^^^^^^ stands beside an aggregate without GROUP BY
      )
      select region, orders from totals
    `,
    'an ordinal past the list, or of an aggregate': `
      select region, sum(amount) as amount from {{ ref('orders') }} group by 1, 3
                                                                                ^ The list has 2 columns
      union all
      select region, sum(amount) as amount from {{ ref('orders') }} group by 1, 2
                                                                                ^ is an aggregate
    `,
    'ordinals, names, expressions in other words': `
      select region, upper(o.City) as city, cast(day as date) as day, year(day) as y, sum(amount) as amount, 'x' as kind
      from {{ ref('orders') }} as o
      group by 1, UPPER( o.city ), 3, year(day), o.region
    `,
    'inside aggregates, windows, filters and functions nobody knows': `
      select region, count(*) filter (where city = 'x') as n, max_by(city, amount) as top_city,
        sum(sum(amount)) over (order by region) as running, my_aggregate(city) as cities,
        (select max(n) from {{ ref('x') }} as x where x.region = o.region) as most
      from {{ ref('orders') }} as o group by region
    `,
    'any_value, WITHIN GROUP, names of the list and fields of what is grouped': `
      //- grainline.yml
      dialect: snowflake
      //- models/a.sql
      select region, any_value(city) as city, listagg(city, ',') within group (order by city) as cities,
        sum(amount) as total, total * 2 as twice, address.street as street
      from {{ ref('orders') }} group by region, address
      //- models/b.sql
      select distinct region from {{ ref('orders') }} having count(*) > 1
    `,
    'Postgres: a grouped key stands for its table': `
      //- grainline.yml
      dialect: postgres
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: id, data_tests: [unique, not_null] }]
      //- models/orders.sql
      select id, region from {{ source('shop', 'orders') }}
      //- models/example.sql
      select o.id, o.region, count(*) as n from {{ ref('orders') }} as o group by o.id
    `,
    'behind Jinja that cannot be computed': `
      select region, {{ stripe.convert_values('amount') }}, city, count(*) as n from {{ ref('orders') }} group by region, {{ keys() }}
    `,
    'names of the list, all, and MySQL': `
      //- grainline.yml
      dialect: mysql
      //- models/a.sql
      select region, city, count(*) as n from {{ ref('orders') }} group by region
    `,
    'a name that ClickHouse, which this may be, takes for the item': `
      select region, sum(viewed) as viewed, case when viewed = 0 then 'none' else 'some' end as how_many
      from {{ source('shop', 'pages') }} group by region
      //- models/schema.yml
      sources:
        - name: shop
          tables: [{ name: pages, columns: [{ name: region }, { name: viewed }] }]
    `,
    'an alias as key, and grouping sets': `
      select lower(region) as area, count(*) as n from {{ ref('orders') }} group by area
      union all
      select region, count(*) as n from {{ ref('orders') }} group by rollup (region, city)
      union all
      select region, count(*) as n from {{ ref('orders') }} group by all
    `,
  },
});

/** Dialects that choose a value, or in which names mean something else. */
const LOOSE: ReadonlySet<Dialect> = new Set(['mysql', 'sqlite', 'clickhouse']);

function isSpecial(item: GroupByClause['items'][number]): boolean {
  return item.kind === 'grouping' || holdsUnknown(item);
}

const PLAIN_AGGREGATES: ReadonlySet<string> = new Set(['sum', 'count', 'avg', 'min', 'max', 'count_if', 'countif']);

/** An aggregate stands in the list for certain, and no clause says that there may be more to it. */
function isAggregating(select: Select): boolean {
  if (select.having || select.distinct || !select.from) return false;
  return select.items.some(item => item.kind === 'item' && isPlainAggregate(bare(item.expression)));
}

function isPlainAggregate(expression: Expression): boolean {
  return (
    expression.kind === 'call' &&
    !expression.over &&
    expression.arguments.length === 1 &&
    PLAIN_AGGREGATES.has(functionName(expression))
  );
}

type Report = (at: { readonly start: number; readonly end: number }, message: string) => void;

function checkOrdinals(
  select: Select,
  groupBy: GroupByClause,
  scope: SelectScope,
  unit: SqlUnit,
  report: Report,
): void {
  const count = scope.output.isComplete ? scope.output.columns.length : undefined;
  const isPlainList = select.items.every(item => item.kind === 'item' && !item.aliases);
  for (const key of groupBy.items) {
    if (key.kind !== 'literal' || key.type !== 'integer' || key.hasUnknown) continue;
    const ordinal = Number(key.value);
    if (count !== undefined && (ordinal < 1 || ordinal > count)) {
      report(
        key,
        `The list has ${count} column${count === 1 ? '' : 's'}, so GROUP BY ${key.value} names none of them and the query fails. Name a column of the list.`,
      );
      continue;
    }
    const item = isPlainList ? select.items[ordinal - 1] : undefined;
    if (item?.kind !== 'item' || !isPlainAggregate(bare(item.expression))) continue;
    report(
      key,
      `Column ${key.value} of the list is an aggregate (${quoted(unit, item.expression)}), which no query can group by. Leave it out of GROUP BY.`,
    );
  }
}

interface Keys {
  /** `relation:column`. */
  readonly columns: ReadonlySet<string>;
  readonly texts: ReadonlySet<string>;
  readonly items: ReadonlySet<Expression>;
}

/** What is grouped by; `undefined` when a key cannot be made out. */
function keysOf(select: Select, scope: SelectScope, unit: SqlUnit): Keys | undefined {
  const columns = new Set<string>();
  const texts = new Set<string>();
  const items = new Set<Expression>();
  const add = (expression: Expression): boolean => {
    const inner = bare(expression);
    texts.add(keyText(unit, inner));
    if (inner.kind === 'tuple') return inner.elements.every(add);
    if (inner.kind !== 'column') return true;
    const name = inner.parts[0];
    const named = select.items.find(
      item =>
        item.kind === 'item' &&
        item.alias &&
        name &&
        inner.parts.length === 1 &&
        normalizeName(item.alias, unit.dialect) === normalizeName(name, unit.dialect),
    );
    // Which of the two a name means differs between dialects: both count as grouped.
    if (named?.kind === 'item') {
      items.add(named.expression);
      texts.add(keyText(unit, bare(named.expression)));
      for (const identity of identitiesOf(named.expression, unit)) columns.add(identity);
    }
    const own = identitiesOf(inner, unit);
    for (const identity of own) columns.add(identity);
    return own.length > 0 || named !== undefined;
  };
  for (const key of select.groupBy?.items ?? []) {
    if (key.kind === 'grouping') return undefined;
    if (key.kind === 'literal' && key.type === 'integer') {
      const item = select.items[Number(key.value) - 1];
      if (item?.kind !== 'item') continue;
      items.add(item.expression);
      if (!add(item.expression)) return undefined;
    } else if (!add(key)) return undefined;
  }
  return scope.relations.length === 0 ? undefined : { columns, texts, items };
}

/** The columns that a name certainly is: all that USING or NATURAL made one of. */
function identitiesOf(expression: Expression, unit: SqlUnit): readonly string[] {
  const inner = bare(expression);
  if (inner.kind !== 'column') return [];
  const resolved = unit.facts.resolve(inner);
  if (resolved?.kind === 'row') return [`${resolved.relation.id}:`];
  if (resolved?.kind !== 'column' && resolved?.kind !== 'assumed') return [];
  const own = `${resolved.relation.id}:${resolved.column.name.toLowerCase()}`;
  const merged = resolved.kind === 'column' ? resolved.merged : undefined;
  return [own, ...(merged?.members ?? []).map(one => `${one.relation.id}:${one.column.name.toLowerCase()}`)];
}

/** The first column that is in no key and in no aggregate. */
function findUngrouped(
  expression: Expression,
  keys: Keys,
  scope: SelectScope,
  unit: SqlUnit,
): ColumnReference | undefined {
  if (keys.items.has(expression)) return undefined;
  const open: SqlNode[] = [expression];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.kind !== 'literal' && keys.texts.has(keyText(unit, node))) continue;
    switch (node.kind) {
      case 'column':
        if (isUngrouped(node, keys, scope, unit)) return node;
        break;
      case 'call': {
        const facts = functionFacts(functionName(node), unit.dialect);
        if (facts?.kind === 'scalar' && !node.over && !node.filter && !node.withinGroup) open.push(...node.arguments);
        break;
      }
      case 'argument':
        open.push(node.value);
        break;
      case 'cast':
      case 'parenthesized':
      case 'binary':
      case 'unary':
      case 'case':
      case 'case-branch':
      case 'is':
      case 'between':
      case 'like':
        stackChildren(node, open);
        break;
      default:
        // Subqueries, lambdas, structs and the like are left alone.
        break;
    }
  }
  return undefined;
}

function isUngrouped(reference: ColumnReference, keys: Keys, scope: SelectScope, unit: SqlUnit): boolean {
  const resolved = unit.facts.resolve(reference);
  if (resolved?.kind !== 'column' && resolved?.kind !== 'assumed') return false;
  if (resolved.relation.scope !== scope || resolved.path.length > 0 || resolved.relation.isLateral) return false;
  // A name that no list shows may be a function without parentheses, or another item's name. And ClickHouse takes the item
  // where others take the column: a dialect that nobody told may be either.
  const isAssumed = resolved.kind === 'assumed';
  // `"no" as answer` is a text where the dialect says so.
  if (isAssumed && unit.dialect === 'ansi' && reference.parts[0]?.quoted) return false;
  const mayBeItem = reference.parts.length === 1 && (isAssumed || unit.dialect === 'ansi');
  const items = mayBeItem ? itemsNamed(reference, scope, unit) : [];
  if (items.some(item => isAssumed || bare(item.expression) !== reference)) return false;
  if (resolved.relation.kind === 'pivot' || keys.columns.has(`${resolved.relation.id}:`)) return false;
  if (isFixedByKey(resolved.relation, keys, unit)) return false;
  return !identitiesOf(reference, unit).some(identity => keys.columns.has(identity));
}

function itemsNamed(reference: ColumnReference, scope: SelectScope, unit: SqlUnit): readonly ExpressionItem[] {
  const [name] = reference.parts;
  return (scope.select?.items ?? []).filter(
    (item): item is ExpressionItem =>
      item.kind === 'item' &&
      item.alias !== undefined &&
      name !== undefined &&
      normalizeName(item.alias, unit.dialect) === normalizeName(name, unit.dialect),
  );
}

/** Postgres lets a grouped primary key stand for all columns of its table. */
function isFixedByKey(relation: SelectScope['relations'][number], keys: Keys, unit: SqlUnit): boolean {
  if (unit.dialect !== 'postgres' && unit.dialect !== 'ansi') return false;
  return (
    relation.kind === 'node' &&
    relation.keys.some(key => key.columns.every(column => keys.columns.has(`${relation.id}:${column}`)))
  );
}

/** Case, white space and qualifiers aside. */
function keyText(unit: SqlUnit, node: SqlNode): string {
  let text = '';
  let end = node.start;
  walk(node, inner => {
    if (inner.kind !== 'column' || inner.parts.length < 2) return undefined;
    const last = inner.parts.at(-1);
    if (last === undefined) return undefined;
    text += `${unit.text.slice(end, inner.start)}${unit.text.slice(last.start, last.end)}`;
    end = inner.end;
    return 'skip';
  });
  text += unit.text.slice(end, node.end);
  return text.replace(/\s+/g, '').toLowerCase();
}
