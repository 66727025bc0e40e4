import { selectBehind, selectOfQuery } from '../../project/trace.ts';
import { validityRole } from '../../project/validity-names.ts';
import type { Expression, ExpressionItem, Query, Select } from '../../syntax/sql/tree.ts';
import {
  defineRule,
  insert,
  type ModelSubject,
  type ProjectView,
  type RuleFix,
  type SqlUnit,
  suggest,
} from '../rule.ts';
import { indentationAt, isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'A dimension declared as type 2 lacks the columns that keep its history.',
  why: 'Without a start, an end and a mark of the current version nobody can pick the version that was valid, and every join counts all of them.',
  details:
    'Fires for models declared as type 2, or 7, which keeps versions like it (in `meta.grainline`, a specification or a semantic model) whose output columns are all known. A missing start, end or declared key is an error. The mark of the current version may be left out where it is known how an open end is written (NULL or a far date); a missing mark, and a natural key nobody names, are warnings. Accepted are the names of `validity:` in grainline.yml and those in common use: `valid_from`, `effective_start_date`, `start_at`, `_valid_to`, `dbt_valid_to`, `expiry_date` …, also behind the name of the thing.',
  severity: 'error',
  on: 'model',
  check(model, { project, unit, report }) {
    const { node, columns, isComplete } = model;
    if (!project || !unit || !isComplete || node.kind !== 'model') return;
    const meaning = project.meaningOf(node.id);
    const history = project.historyOf(node.id);
    const scd = meaning.scd?.value;
    // Type 7 is type 2 with a durable key beside the key of the version.
    if ((scd !== 2 && scd !== 7) || !history) return;
    const names = columns.map(one => one.column.name);
    const has = (name: string): boolean => names.some(one => one.toLowerCase() === name.toLowerCase());
    const { validity } = project.config;
    const start = history.validFrom ?? ownedName(names, 'start');
    const end = history.validTo ?? ownedName(names, 'end');
    const missing: string[] = [];
    if (start === undefined || !has(start)) missing.push(start ?? validity.validFrom[0] ?? 'valid_from');
    if (end === undefined || !has(end)) missing.push(end ?? validity.validTo[0] ?? 'valid_to');
    const keys = [
      meaning.surrogateKey?.value,
      ...(meaning.naturalKey?.value ?? []),
      ...(meaning.durableKey?.value ?? []),
    ];
    for (const key of keys) if (key !== undefined && !has(key)) missing.push(key);
    if (missing.length > 0) {
      const listed = missing.map(one => `'${one}'`).join(', ');
      const onlyEnd = missing.length === 1 && (end === undefined || !has(end));
      report(
        'file',
        `'${node.name}' is declared as type ${scd} but delivers no ${listed}: its versions cannot be told apart. Add ${missing.length > 1 ? 'them' : 'it'}, or declare another type.`,
        {
          fixes:
            onlyEnd && start !== undefined
              ? endOfVersion(model, unit, project, start, history.naturalKey, missing[0] ?? 'valid_to')
              : [],
        },
      );
      return;
    }
    if (history.naturalKey.length === 0) {
      report(
        'file',
        `'${node.name}' is declared as type ${scd}, but nothing says which rows are versions of one thing. Name its natural_key in meta.grainline.`,
        { severity: 'warning' },
      );
    }
    if (history.isCurrent !== undefined || history.openEnd !== 'unknown' || ownedName(names, 'current')) return;
    const name = validity.isCurrent[0] ?? 'is_current';
    report(
      'file',
      `'${node.name}' is declared as type ${scd} but has no '${name}', and nothing shows how an open end of '${end}' is written: readers cannot find the current version. Add the mark.`,
      { severity: 'warning', fixes: currentFlag(model, unit, end ?? '', name) },
    );
  },
  examples: {
    'no end': `
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { kind: dimension, scd: 2, natural_key: product_id } } }
      //- models/dim_products.sql
      !!! error: delivers no 'valid_to'
      select product_id, changed_at as valid_from from {{ ref('stg_products') }}
    `,
    'no end, beside the key and the start that it follows from': `
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { kind: dimension, scd: 2, natural_key: product_id } } }
      //- models/dim_products.sql
      !!! error: delivers no 'valid_to'
      with changes as (select * from {{ ref('stg_products') }}),
      final as (
          select
              product_id,
              price,
              changed_at as valid_from
          from changes
      )
      select * from final
      -> Add valid_to
      //- models/dim_products.sql
      with changes as (select * from {{ ref('stg_products') }}),
      final as (
          select
              product_id,
              price,
              changed_at as valid_from,
              lead(changed_at) over (partition by product_id order by changed_at) as valid_to
          from changes
      )
      select * from final
    `,
    'no end, though the snapshot has one': `
      //- snapshots/products.sql
      {% snapshot products_history %}
      {{ config(unique_key='sku', strategy='timestamp', updated_at='updated_at', hard_deletes='ignore') }}
      select sku, price, updated_at from {{ source('erp', 'products') }}
      {% endsnapshot %}
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { scd: 2, natural_key: sku } } }
      //- models/dim_products.sql
      !!! error: delivers no 'valid_to'
      select sku, price, dbt_valid_from as valid_from from {{ ref('products_history') }}
      -> Add valid_to
      //- models/dim_products.sql
      select sku, price, dbt_valid_from as valid_from, dbt_valid_to as valid_to from {{ ref('products_history') }}
    `,
    'no mark of the current version, and an end that nobody knows': `
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { scd: 2, natural_key: product_id } } }
      //- models/dim_products.sql
      !!! warning: has no 'is_current'
      select
          product_id,
          changed_at as valid_from,
          replaced_at as valid_to
      from {{ ref('stg_products') }}
      -> Add is_current
      //- models/dim_products.sql
      select
          product_id,
          changed_at as valid_from,
          replaced_at as valid_to,
          replaced_at is null as is_current
      from {{ ref('stg_products') }}
    `,
    'no natural key': `
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { scd: 2 } } }
      //- models/dim_products.sql
      !!! warning: which rows are versions of one thing
      select product_id, valid_from, valid_to, is_current from {{ ref('stg_products') }}
    `,
    'no mark needed where an open end is NULL for certain': `
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { scd: 2, natural_key: product_id } } }
      //- models/dim_products.sql
      select product_id, changed_at as product_valid_from,
        lead(changed_at) over (partition by product_id order by changed_at) as valid_to
      from {{ ref('stg_products') }}
    `,
    'all there, under other accepted names': `
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { scd: 2, natural_key: product_id, surrogate_key: product_key } } }
      //- models/dim_products.sql
      select product_key, product_id, dbt_valid_from, dbt_valid_to, dbt_valid_to is null as is_current from {{ ref('s') }}
    `,
    'type 7 without its durable key': `
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { scd: 7, surrogate_key: product_key, durable_key: product_durable_key } } }
      //- models/dim_products.sql
      !!! error: is declared as type 7 but delivers no 'product_durable_key'
      select product_key, product_id, valid_from, valid_to, is_current from {{ ref('s') }}
    `,
    'columns that are not known are not missed': `
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { scd: 2 } } }
      //- models/dim_products.sql
      select * from {{ source('shop', 'products') }}
    `,
  },
});

/** `product_valid_from`: behind the name of the thing the name proves less, but here the type is declared. */
function ownedName(names: readonly string[], role: 'start' | 'end' | 'current'): string | undefined {
  const pattern = {
    start: /_(?:valid|effective)_(?:from|start)|_start(?:_|$)/i,
    end: /_(?:valid|effective)_(?:to|until|end)|_end(?:_|$)/i,
    current: /_is_current|_current_flag/i,
  }[role];
  return names.find(one => pattern.test(one));
}

/** Behind the start: the end that what is read has, or the next start of the key. */
function endOfVersion(
  model: ModelSubject,
  unit: SqlUnit,
  project: ProjectView,
  start: string,
  naturalKey: readonly string[],
  name: string,
): readonly RuleFix[] {
  const query = unit.tree.statements.find((one): one is Query => one.kind === 'query');
  const outermost = query && selectOfQuery(query);
  const made = outermost && makerOf(unit, outermost, start);
  const scope = made && unit.facts.scopes.get(made.select);
  if (!made || !scope || !isWritten(unit, made.item) || model.node.kind !== 'model') return [];
  const expression = textOf(unit, made.item.expression);
  const last = made.select.items.at(-1);
  if (last?.kind !== 'item') return [];
  const read = made.item.expression.kind === 'column' ? unit.facts.resolve(made.item.expression) : undefined;
  const relation = read?.kind === 'column' || read?.kind === 'assumed' ? read.relation : undefined;
  const ends = relation?.columns.columns.filter(one => {
    const role = validityRole(one.name, project.config.validity);
    return role?.role === 'end' && role.clarity === 'clear';
  });
  const qualifier = /^(.*\.)?[^.]+$/.exec(expression)?.[1] ?? '';
  const present = ends?.length === 1 ? ends[0]?.name : undefined;
  const keys = naturalKey.flatMap(key => {
    const item = made.select.items.find(
      one => one.kind === 'item' && unit.facts.columnOf(one)?.name.toLowerCase() === key.toLowerCase(),
    );
    return item?.kind === 'item' && item.expression.kind === 'column' ? [textOf(unit, item.expression)] : [];
  });
  const isOwnLine = /\n[ \t]*$/.test(unit.text.slice(0, last.start));
  const separator = isOwnLine ? `,\n${indentationAt(unit.text, last.start)}` : ', ';
  if (present !== undefined) {
    return [suggest(`Add ${name}`, insert(last.end, `${separator}${qualifier}${present} as ${name}`))];
  }
  if (keys.length === 0 || keys.length < naturalKey.length || made.item.expression.kind !== 'column') return [];
  const next = `lead(${expression}) over (partition by ${keys.join(', ')} order by ${expression}) as ${name}`;
  return [suggest(`Add ${name}`, insert(last.end, `${separator}${next}`))];
}

/** The item that names the column so, through stars and names that stay. */
function makerOf(
  unit: SqlUnit,
  outermost: Select,
  name: string,
): { readonly select: Select; readonly item: ExpressionItem } | undefined {
  let select: Select | undefined = outermost;
  for (let depth = 0; select && depth < 20; depth++) {
    const items: Select['items'] = select.items;
    const item = items.find(
      (one): one is ExpressionItem =>
        one.kind === 'item' && unit.facts.columnOf(one)?.name.toLowerCase() === name.toLowerCase(),
    );
    if (item) return { select, item };
    const [star, ...others] = items;
    const relations = unit.facts.scopes.get(select)?.relations ?? [];
    if (star?.kind !== 'star' || others.length > 0 || relations.length !== 1 || !relations[0]) return undefined;
    select = selectBehind(relations[0]);
  }
  return undefined;
}

/** Behind the last column, as the same expression being open: an alias of the same list cannot be named in every dialect. */
function currentFlag(model: ModelSubject, unit: SqlUnit, validTo: string, name: string): readonly RuleFix[] {
  const end = model.columns.find(one => one.column.name.toLowerCase() === validTo.toLowerCase());
  const last = model.columns.at(-1)?.item;
  if (end?.item?.kind !== 'item' || last?.kind !== 'item' || !isWritten(unit, end.item)) return [];
  const expression = textOf(unit, end.item.expression);
  const operand = needsParentheses(end.item.expression) ? `(${expression})` : expression;
  const isOwnLine = /\n[ \t]*$/.test(unit.text.slice(0, last.start));
  const separator = isOwnLine ? `,\n${indentationAt(unit.text, last.start)}` : ', ';
  return [suggest(`Add ${name}`, insert(last.end, `${separator}${operand} is null as ${name}`))];
}

function needsParentheses(expression: Expression): boolean {
  return expression.kind === 'binary' || expression.kind === 'case' || expression.kind === 'is';
}
