import type { OutputColumn } from '../../project/facts.ts';
import type { ScopeRelation, SelectScope } from '../../project/infer/scopes.ts';
import { normalizeName } from '../../syntax/sql/names.ts';
import type { Query, QueryBody, Select, StarItem } from '../../syntax/sql/tree.ts';
import { nameText } from '../outer-text.ts';
import { defineRule, type ProjectView, type RuleFix, replace, type Severity, type SqlUnit, suggest } from '../rule.ts';
import { columnText, hasComment, indentationAt, isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'A star in the output of a model hands on whatever its parents happen to deliver.',
  why: 'A column added, dropped or moved upstream changes this model without a trace in its code: readers break, unions shift, and columnar warehouses read columns nobody needs.',
  details:
    'Fires where a star of the output reaches a model, seed, snapshot or source. Information in general; a warning in marts (facts and dimensions too), in models with an enforced contract or `access: public`, in those that an exposure or a data contract names, and where two stars are joined. Silent for a star over a CTE whose columns are explicit, `count(*)`, `exists (select *)`, `* exclude/except/replace`, stars over UNNEST, VALUES and table functions, and in snapshots.',
  // Also where it is not proven: docs/decisions/0006-two-exceptions.md.
  severity: 'info',
  on: 'sql:file',
  check(file, { unit, project, report }) {
    const query = file.statements.find((one): one is Query => one.kind === 'query');
    if (!unit || !query || unit.kind === 'snapshot') return;
    for (const { star, select, scope, relations } of starsOfOutput(query, unit)) {
      if (!isWritten(unit, star)) continue;
      const joined = select.items.filter(item => item.kind === 'star').length > 1 || relations.length > 1;
      const severity: Severity = joined || isPromise(unit) || isReadOutside(unit, project) ? 'warning' : 'info';
      const names = relations.map(one => `'${nameOf(one)}'`).join(' and ');
      report(
        star,
        `This star delivers whatever columns ${names} ${relations.length > 1 ? 'have' : 'has'}: a change there changes this model unseen. List the columns that it promises.`,
        { severity, fixes: expansionOf(star, select, scope, unit) },
      );
    }
  },
  examples: {
    'where the commas come first': `
      //- models/orders.sql
      select id, amount, day from {{ source('shop', 'orders') }}
      //- models/sales.sql
      with paid as (
        select
          id
          , amount
        from {{ ref('orders') }}
      )
      select *
             ^ delivers whatever columns
      from {{ ref('orders') }}
      where id in (select id from paid)
      -> List the columns
      //- models/sales.sql
      with paid as (
        select
          id
          , amount
        from {{ ref('orders') }}
      )
      select
          id
          , amount
          , day
      from {{ ref('orders') }}
      where id in (select id from paid)
    `,
    'a star behind a comma on its line': `
      //- models/orders.sql
      select id, amount, day from {{ source('shop', 'orders') }}
      //- models/sales.sql
      select
        md5(id) as order_key
        , *
          ^ delivers whatever columns
      from {{ ref('orders') }}
      -> List the columns
      //- models/sales.sql
      select
        md5(id) as order_key
        , id
        , amount
        , day
      from {{ ref('orders') }}
    `,
    'is expanded to the columns the parent delivers': `
      //- models/stg_orders.sql
      select id, status, ordered_at from {{ source('shop', 'orders') }}
      //- models/orders.sql
      select * from {{ ref('stg_orders') }}
             ^ info: whatever columns 'stg_orders' has
      ->
      //- models/orders.sql
      select
          id,
          status,
          ordered_at
      from {{ ref('stg_orders') }}
    `,
    'two stars joined, each by its own alias': `
      //- models/a.sql
      select 1 as id, 2 as x
      //- models/b.sql
      select 1 as id, 3 as y
      //- models/joined.sql
      select
        a.*,
        ^^^ warning: whatever columns 'a' has
        b.*
        ^^^ warning: whatever columns 'b' has
      from {{ ref('a') }} as a
      join {{ ref('b') }} as b on a.id = b.id
      ->
      select
        a.id,
        a.x,
        b.*
      from {{ ref('a') }} as a
      join {{ ref('b') }} as b on a.id = b.id
    `,
    'columns that USING makes one, and names that need quotes': `
      //- grainline.yml
      dialect: duckdb
      //- models/a.sql
      select 1 as id, 2 as "order", 3 as "Unit price"
      //- models/b.sql
      select 1 as id, 3 as y
      //- models/joined.sql
      select * from {{ ref('a') }} join {{ ref('b') }} as second using (id)
             ^ warning: whatever columns 'a' and 'b' have
      ->
      //- models/joined.sql
      select
          id,
          a."order",
          a."Unit price",
          second.y
      from {{ ref('a') }} join {{ ref('b') }} as second using (id)
    `,
    'in a mart': `
      //- models/marts/fct_orders.sql
      with orders as (select * from {{ ref('stg_orders') }})
                             ^ warning: whatever columns 'stg_orders' has
      select * from orders
    `,
    'an exposure reads the model': `
      //- models/schema.yml
      exposures:
        - name: weekly_sales
          type: dashboard
          depends_on: [ref('current_orders')]
      //- models/current_orders.sql
      select * from {{ ref('stg_orders') }} where is_current
             ^ warning: whatever columns 'stg_orders' has
    `,
    'explicit columns behind the star': `
      with orders as (select * from {{ ref('stg_orders') }}),
      final as (select id, count(*) as lines from orders where exists (select * from {{ ref('x') }}) group by id)
      select * from final
    `,
    'columns left out on purpose, and functions': `
      select * exclude (secret) from {{ ref('stg_orders') }}
    `,
  },
});

interface OutputStar {
  readonly star: StarItem;
  readonly select: Select;
  readonly scope: SelectScope;
  /** Relations of the project that the star hands on. */
  readonly relations: readonly ScopeRelation[];
}

/** Stars whose columns reach the output of the query and come straight from nodes of the project. */
function starsOfOutput(query: Query, unit: SqlUnit): readonly OutputStar[] {
  const found: OutputStar[] = [];
  const seen = new Set<unknown>();
  const open: QueryBody[] = [query.body];
  for (let body = open.pop(); body; body = open.pop()) {
    if (seen.has(body)) continue;
    seen.add(body);
    if (body.kind === 'parenthesized-query') open.push(body.query.body);
    if (body.kind === 'set-operation') open.push(body.left, body.right);
    if (body.kind !== 'select') continue;
    const scope = unit.facts.scopes.get(body);
    if (!scope) continue;
    for (const star of body.items) {
      if (star.kind !== 'star' || star.isFiltered || star.exclude.length + star.replace.length + star.rename.length > 0)
        continue;
      const relations = scope.relations.filter(one => !one.hiddenBy && isNamedBy(one, star));
      const direct = relations.filter(isTable);
      if (direct.length > 0) found.push({ star, select: body, scope, relations: direct });
      for (const relation of relations) {
        if (relation.cte?.node.query.kind === 'query') open.push(relation.cte.node.query.body);
        if (relation.table.kind === 'subquery') open.push(relation.table.query.body);
      }
    }
  }
  return found.sort((a, b) => a.star.start - b.star.start);
}

function isNamedBy(relation: ScopeRelation, star: StarItem): boolean {
  const qualifier = star.qualifier?.parts.at(-1)?.name.toLowerCase();
  return qualifier === undefined || relation.name?.name.toLowerCase() === qualifier;
}

/** A table of the warehouse, known to the project or not; no CTE, subquery or function. */
function isTable(relation: ScopeRelation): boolean {
  return relation.kind === 'node' || (relation.kind === 'unknown' && relation.table.kind === 'table');
}

function nameOf(relation: ScopeRelation): string {
  return relation.node?.split('.').at(-1) ?? relation.name?.name ?? 'the parent';
}

/** Others build on it: a mart, a fact or dimension, a public model, a contract. */
function isPromise(unit: SqlUnit): boolean {
  const { node } = unit;
  if (!node) return false;
  const contract = node.config['contract'];
  const isEnforced =
    typeof contract === 'object' && contract !== null && 'enforced' in contract && contract.enforced === true;
  const isPublic = node.properties?.access === 'public' || node.config['access'] === 'public';
  return node.layer === 'mart' || isEnforced || isPublic || node.properties?.contractEnforced === true;
}

/** A dashboard or a data contract names it. */
function isReadOutside({ node }: SqlUnit, project: ProjectView | undefined): boolean {
  const readers = node && project?.consumersOf(node);
  return readers !== undefined && readers.exposures.length + readers.contracts.length > 0;
}

/** The columns in the order of the star, qualified where several relations are there. */
function namesOf(
  star: StarItem,
  select: Select,
  relations: readonly ScopeRelation[],
  scope: SelectScope,
  unit: SqlUnit,
): readonly string[] | undefined {
  const { dialect } = unit;
  const qualified = (relation: ScopeRelation, column: OutputColumn): string | undefined => {
    const qualifier = star.qualifier ? textOf(unit, star.qualifier) : nameText(unit, relation);
    return qualifier === undefined || column.name === '' ? undefined : `${qualifier}.${columnText(column, dialect)}`;
  };
  let names: readonly (string | undefined)[];
  if (scope.merged.length > 0 && !star.qualifier) {
    // USING gives one column for several, which has no qualifier.
    const merged = new Set(scope.merged.map(one => normalizeName(one.name, dialect)));
    const index = select.items.indexOf(star);
    names = scope.output.columns.slice(scope.itemStarts[index], scope.itemStarts[index + 1]).map(column => {
      const key = normalizeName(column, dialect);
      if (merged.has(key)) return columnText(column, dialect);
      const [owner, ...others] = relations.filter(one =>
        one.columns.columns.some(other => normalizeName(other, dialect) === key),
      );
      return owner && others.length === 0 ? qualified(owner, column) : undefined;
    });
  } else {
    const isBare = star.qualifier === undefined && relations.length === 1;
    names = relations.flatMap(relation =>
      relation.columns.columns.map(column =>
        isBare && column.name !== '' ? columnText(column, dialect) : qualified(relation, column),
      ),
    );
  }
  return names.every(name => name !== undefined) ? (names as readonly string[]) : undefined;
}

/** More lines of the text begin with a comma than end with one. */
function writesCommasFirst(text: string): boolean {
  const first = text.match(/^[ \t]*,/gm)?.length ?? 0;
  return first > 0 && first > (text.match(/,[ \t]*(?:--.*)?$/gm)?.length ?? 0);
}

/** One column a line, as the file indents; nothing when not all columns are known. */
function expansionOf(star: StarItem, select: Select, scope: SelectScope, unit: SqlUnit): readonly RuleFix[] {
  const relations = scope.relations.filter(one => !one.hiddenBy && isNamedBy(one, star));
  if (relations.some(one => !one.columns.isComplete || one.columns.columns.length === 0)) return [];
  const names = namesOf(star, select, relations, scope, unit);
  if (names === undefined || names.length === 0 || names.length > 1000) return [];
  const lineStart = unit.text.lastIndexOf('\n', star.start - 1) + 1;
  const before = unit.text.slice(lineStart, star.start);
  const comesFirst = writesCommasFirst(unit.text);
  // `, *` on a line of its own, or the star alone.
  if (before.trim() === ',') return [suggest('List the columns', replace(star, names.join(`\n${before}`)))];
  const separator = (line: string): string => (comesFirst ? `${line}, ` : `,${line}`);
  if (before.trim() === '') return [suggest('List the columns', replace(star, names.join(separator(`\n${before}`))))];
  const base = indentationAt(unit.text, star.start);
  const keywordEnd = select.keyword?.end;
  const first = select.items[0] === star && keywordEnd !== undefined ? keywordEnd : undefined;
  if (first === undefined || hasComment(unit, { start: first, end: star.end }) || select.distinct || select.top) {
    return [suggest('List the columns', replace(star, names.join(', ')))];
  }
  // The star shared the line of SELECT: the list goes below it, and what followed the star starts a line of its own.
  const column = `\n${base}    `;
  const rest = /^[ \t]*(?=\S)/.exec(unit.text.slice(star.end));
  const isLast = select.items.at(-1) === star && rest !== null && !select.hasTrailingComma;
  const end = isLast ? star.end + (rest[0].length ?? 0) : star.end;
  return [
    suggest(
      'List the columns',
      replace({ start: first, end }, column + names.join(separator(column)) + (isLast ? `\n${base}` : '')),
    ),
  ];
}
