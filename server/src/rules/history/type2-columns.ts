import type { Expression } from '../../syntax/sql/tree.ts';
import { defineRule, insert, type ModelSubject, type RuleFix, type SqlUnit, suggest } from '../rule.ts';
import { indentationAt, isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'A dimension declared as type 2 lacks the columns that keep its history.',
  why: 'Without a start, an end and a mark of the current version nobody can pick the version that was valid, and every join counts all of them.',
  details:
    'Fires for models whose `meta.grainline` says `scd: 2` and whose output columns are all known. Names of the validity columns come from `validity:` in grainline.yml (valid_from, effective_from, dbt_valid_from … by default). A missing start, end or declared key is an error, a missing mark of the current version a warning.',
  severity: 'error',
  on: 'model',
  check(model, { project, unit, report }) {
    const { node, columns, isComplete } = model;
    if (!project || !unit || !isComplete || node.kind !== 'model' || node.declared.scd !== 2) return;
    const names = new Set(columns.map(one => one.column.name.toLowerCase()));
    const { validFrom, validTo, isCurrent } = project.config.validity;
    const has = (accepted: readonly string[]): boolean => accepted.some(one => names.has(one.toLowerCase()));
    const missing: string[] = [];
    if (!has(validFrom)) missing.push(validFrom[0] ?? 'valid_from');
    if (!has(validTo)) missing.push(validTo[0] ?? 'valid_to');
    const { surrogate_key: surrogate, natural_key: natural } = node.declared;
    for (const key of [surrogate, natural].flat()) {
      if (typeof key === 'string' && !names.has(key.toLowerCase())) missing.push(key);
    }
    if (missing.length > 0) {
      const listed = missing.map(one => `'${one}'`).join(', ');
      report(
        'file',
        `'${node.name}' is declared as type 2 but delivers no ${listed}: its versions cannot be told apart. Add ${missing.length > 1 ? 'them' : 'it'}, or declare another type.`,
      );
      return;
    }
    if (has(isCurrent)) return;
    const name = isCurrent[0] ?? 'is_current';
    report(
      'file',
      `'${node.name}' is declared as type 2 but has no '${name}': readers must know how an open end is written to find the current version.`,
      {
        severity: 'warning',
        fixes: currentFlag(model, unit, validTo, name),
      },
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
    'no mark of the current version': `
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { scd: 2, natural_key: product_id } } }
      //- models/dim_products.sql
      !!! warning: has no 'is_current'
      select
          product_id,
          changed_at as valid_from,
          lead(changed_at) over (partition by product_id order by changed_at) as valid_to
      from {{ ref('stg_products') }}
      -> Add is_current
      //- models/dim_products.sql
      select
          product_id,
          changed_at as valid_from,
          lead(changed_at) over (partition by product_id order by changed_at) as valid_to,
          lead(changed_at) over (partition by product_id order by changed_at) is null as is_current
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

/** Behind the end, as the same expression being open: an alias of the same list cannot be named in every dialect. */
function currentFlag(model: ModelSubject, unit: SqlUnit, validTo: readonly string[], name: string): readonly RuleFix[] {
  const end = model.columns.find(one =>
    validTo.some(accepted => accepted.toLowerCase() === one.column.name.toLowerCase()),
  );
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
