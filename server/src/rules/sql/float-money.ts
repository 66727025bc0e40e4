import { familiesOf } from '../../contracts/types.ts';
import { typeFamilyOf } from '../../project/infer/type-names.ts';
import type { Expression } from '../../syntax/sql/tree.ts';
import { bare, functionName } from '../expressions.ts';
import { defineRule, type ModelSubject } from '../rule.ts';

export default defineRule({
  summary: 'An amount of money is a floating-point number.',
  why: 'Binary fractions cannot hold cents exactly: sums differ in the last digits from run to run, and never reconcile.',
  details:
    'Looks at columns named as money (`…_amount`, `revenue`, `cost`, `balance`, …) whose type in SQL is float for certain; where YAML or a contract says numeric, at every column. Silent for prices, rates and ratios, and for what is rounded for display. Off unless turned on: product analytics often keeps money in doubles on purpose.',
  severity: 'warning',
  default: 'off',
  on: ['model', 'contract'],
  check(subject, { unit, dialect, report }) {
    if ('contract' in subject) {
      const { form } = subject.contract.facts;
      for (const object of subject.contract.objects) {
        for (const { facts, places, nameAt } of object.columns) {
          const families = facts.type && isMoney(facts.name) ? familiesOf(facts.type, form, dialect) : [];
          if (families.length !== 1 || families[0] !== 'float') continue;
          report(
            (places['physicalType'] ?? places['type'])?.value ?? nameAt,
            `'${facts.name}' is promised as a floating-point number (${facts.type?.text}), so its sums are inexact and do not reconcile. Promise a decimal with a fixed scale.`,
          );
        }
      }
      return;
    }
    const { node, columns } = subject;
    if (!unit) return;
    for (const { column, item } of columns) {
      if (item?.kind !== 'item') continue;
      const type = unit.facts.typeOf(item.expression);
      if (type?.family !== 'float' || isNull(item.expression)) continue;
      const declared = declaredType(node, column.name);
      const isNumeric = declared !== undefined && typeFamilyOf(declared, unit.dialect) === 'decimal';
      if (!isNumeric && (!isMoney(column.name) || isDisplayed(bare(item.expression)))) continue;
      const promise = isNumeric ? `, though its data_type is ${declared}` : '';
      report(
        item,
        `'${column.name}' is a floating-point number (${type.because})${promise}, so its sums are inexact and do not reconcile. Cast it to numeric with a fixed scale.`,
      );
    }
  },
  examples: {
    'an amount in a double': `
      select id, cast(total as double) as order_amount from {{ source('shop', 'orders') }}
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: is a floating-point number (cast to double)
      -> no fix
    `,
    'the YAML says numeric': `
      //- grainline.yml
      dialect: postgres
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: total, data_type: 'numeric(18, 2)' }]
      //- models/orders.sql
      with source as (select id, amount::float8 as amount from {{ source('shop', 'orders') }})
      select id, amount as total from source
                 ^^^^^^^^^^^^^^^ though its data_type is numeric(18, 2)
    `,
    'numeric, or no money': `
      select cast(a as numeric(18, 2)) as order_amount, cast(b as double) as latitude, cast(c as double) as unit_price,
        cast(d as double) as refund_rate, round(cast(e as double), 2) as display_amount, cast(null as double) as paid_amount, f as tax_amount
      from {{ source('shop', 'orders') }}
    `,
    'a contract that promises it': `
      //- contracts/orders.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.0.0
      status: active
      schema:
        - name: orders
          properties:
            - { name: order_amount, logicalType: number, physicalType: double }
                                                                       ^^^^^^ warning: is promised as a floating-point number (double)
            - { name: tax_amount, logicalType: number }
            - { name: weight, logicalType: number, physicalType: double }
    `,
    'a share of an amount': `
      select cast(a as double) as discount_pct, cast(b as double) as revenue_share from {{ source('shop', 'orders') }}
    `,
  },
});

function declaredType(node: ModelSubject['node'], column: string): string | undefined {
  return node.properties?.columns.find(one => one.name.toLowerCase() === column.toLowerCase())?.dataType;
}

function isMoney(name: string): boolean {
  if (/(?:^|_)(?:price|rate|ratio|pct|percent|percentage|share|avg|average|score|count|per)(?:_|$)/i.test(name))
    return false;
  return /(?:^|_)(?:amount|amounts|revenue|cost|costs|balance|refund|refunds|tax|salary|payment|payments)(?:_(?:usd|eur|gbp|local))?$/i.test(
    name,
  );
}

/** `cast(null as double)`: a column that is there for its name. */
function isNull(expression: Expression): boolean {
  const inner = bare(expression);
  const value = inner.kind === 'cast' ? bare(inner.operand) : inner;
  return value.kind === 'literal' && value.type === 'null';
}

/** Rounded for people to read, or a ratio. */
function isDisplayed(expression: Expression): boolean {
  return functionName(expression) === 'round' || (expression.kind === 'binary' && expression.operator === '/');
}
