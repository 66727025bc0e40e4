import type { Span } from '../../base/span.ts';
import { contradictionsOf } from '../../contracts/contradictions.ts';
import type { PlacedProperties } from '../../project/facts.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  summary: 'A contract whose promises cannot hold together.',
  why: 'Whatever the data is, one of the two promises is broken, and readers rely on either.',
  details:
    'Columns or objects that stand twice, keys that may be NULL, a check for NULL beside `nullable: true`, ranges and lengths that nothing fits, values or defaults outside of type, range or list, scales greater than their precision, checks, keys, relationships and consumers that speak of columns which are not listed, holes in the positions of a key, data that is fresher than it is delivered, an end before its announcement; in YAML of dbt, a primary key on two columns, or on a column and on the model. Silent about values together with a pattern: both may hold.',
  severity: 'error',
  on: ['contract', 'yaml:entry'],
  check(subject, { file, report }) {
    if (!('contract' in subject)) {
      const second = secondKey(subject);
      if (second) report(second.at, second.message);
      return;
    }
    const { contract } = subject;
    for (const { span, message, other, usual } of contradictionsOf(contract)) {
      report(span, message, {
        ...(other ? { related: [{ file, ...other }] } : {}),
        ...(usual !== undefined && contract.facts.form !== 'seed' && contract.facts.form !== 'properties'
          ? { severity: 'info' }
          : {}),
      });
    }
  },
  examples: {
    'a column twice, a range nothing fits, NULL allowed and forbidden': `
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.0.0"
        consumers: [{ name: finance, columns: [order_id, currency] }]
                      ^^^^ error: 'finance' reads 'currency', which this contract does not list
        schema:
          - column: order_id
            type: integer
            nullable: true
                      ^^^^ error: may be NULL here, and its check says that it never is
            checks: [{ type: not_null }]
          - column: amount
            type: decimal(4, 6)
                  ^^^^^^^^^^^^^ 4 digits in all and 6 of them behind the point
            checks: [{ type: range, params: { min: 100, max: 10 } }]
                                                             ^^ No value of 'amount' fits
          - column: level
            type: integer
            default: 9
                     ^ none of the values that are allowed
            checks: [{ type: enum, params: { values: [1, high] } }]
                                                     ^^^^^^^^^ 'high' is none
          - column: Order_ID
                    ^^^^^^^^ stands twice in 'orders'
            type: integer
    `,
    'relationships with columns that are not there': `
      //- orders.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.0.0
      status: active
      schema:
        - name: orders
          relationships:
            - { from: [orders.customer, orders.addres_street], to: [customers.id, customers.address_street] }
                                        ^^^^^^^^^^^^^^^^^^^^ speaks of 'addres_street', which 'orders' does not list
          properties:
            - { name: customer, logicalType: string, relationships: [{ to: customers.customer }, { to: customers.id }, { to: regions.id }] }
                                                                           ^^^^^^^^^^^^^^^^^^ speaks of 'customer', which 'customers' does not list
        - name: customers
          properties:
            - { name: id, logicalType: string }
            - { name: address, logicalType: object, properties: [{ name: street }] }
      //- lines.dcs.yaml
      dataContractSpecification: 1.2.1
      id: lines
      info: { title: Lines, version: 1.0.0 }
      models:
        lines:
          fields:
            order: { type: string, references: orders.order }
                                               ^^^^^^^^^^^^ speaks of 'order', which 'orders' does not list
            region: { type: string, references: regions.id }
        orders:
          fields: { id: { type: string } }
    `,
    'keys that tools write as not required, said once': `
      //- orders.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.0.0
      status: active
      schema:
        - name: orders
          properties:
            - { name: order_id, primaryKey: true, required: false }
                                                            ^^^^^ info: 'order_id' and 2 more columns of keys may be NULL here
        - name: lines
          properties:
            - { name: order_id, primaryKey: true, required: false }
            - { name: line, primaryKey: true, required: false }
            - { name: note, required: false }
    `,
    'the Open Data Contract Standard: keys, checks, ranges': `
      //- orders.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.0.0
      status: active
      schema:
        - name: lines
          quality:
            - { metric: duplicateValues, mustBe: 0, arguments: { properties: [order_id, lin] } }
                ^^^^^^ This check speaks of 'lin'
          properties:
            - { name: order_id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1, required: false }
                                                                                                         ^^^^^ info: a key with NULL finds no row
            - { name: line, logicalType: integer, primaryKey: true, primaryKeyPosition: 3 }
                                                                                        ^ there is no place 3 for 'line'
            - { name: day, logicalType: date, logicalTypeOptions: { minimum: "2024-01-01", exclusiveMaximum: "2024-01-01" } }
                                                                                                             ^^^^^^^^^^^^ No value of 'day' fits
            - { name: code, logicalType: string, logicalTypeOptions: { minLength: 9, maxLength: 3 } }
                                                                                                ^ No text fits 'code'
      slaProperties:
        - { property: freshness, value: 4, unit: h }
                                        ^ every 24 hours cannot always be younger than 4 hours
        - { property: frequency, value: 1, unit: d }
    `,
    'the Data Contract Specification: a key that is not there': `
      //- datacontract.yaml
      dataContractSpecification: 1.2.0
      id: orders
      info: { title: Orders, version: 1.0.0 }
      models:
        orders:
          primaryKey: [order_no]
                      ^^^^^^^^^^ The key names 'order_no'
          fields:
            order_id: { type: integer }
            status: { type: string, enum: [open, paid], pattern: '^[a-z]+$' }
            amount: { type: decimal, minimum: 0, maximum: 0 }
    `,
    'dbt: two primary keys': `
      //- models/schema.yml
      models:
        - name: lines
          columns:
            - name: order_id
              constraints: [{ type: primary_key }]
            - name: line
              constraints:
              - type: primary_key
              ^^^^^^^^^^^^^^^^^^^ error: A primary key of 'lines' stands on 'order_id' and on 'line', and a table has one
        - name: orders
          constraints: [{ type: primary_key, columns: [order_id] }]
          columns:
            - { name: order_id, constraints: [{ type: primary_key }] }
                                             ^^^^^^^^^^^^^^^^^^^^^^^ stands on 'order_id' and on the model
        - name: items
          constraints: [{ type: primary_key, columns: [order_id, line] }, { type: unique, columns: [line_id] }]
          columns: [{ name: order_id, constraints: [{ type: not_null }] }]
    `,
    'promises that hold together': `
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.0.0"
        consumers: [finance]
        sla: { freshness_hours: 25, retention_days: 30 }
        schema:
          - { column: order_id, type: integer, nullable: false, primary_key: true, checks: [{ type: not_null }] }
          - { column: status, type: string, default: open, checks: [{ type: enum, params: { values: [open, paid] } }, { type: regex, params: { pattern: '^[a-z]+$' } }] }
          - { column: amount, type: "decimal(12, 2)", checks: [{ type: range, params: { min: 0, max: "{{ var('most') }}" } }] }
          - { column: level, type: "{{ level_type }}", checks: [{ type: enum, params: { values: [low, 1] } }] }
    `,
  },
});

/** dbt refuses a key of several columns that stands on each of them, and one that stands on a column and on the model. */
function secondKey({ facts, columns }: PlacedProperties): { readonly at: Span; readonly message: string } | undefined {
  const isKey = (constraint: { readonly type: string }): boolean => constraint.type === 'primary_key';
  const keyed = columns.filter(column => column.facts.constraints.some(isKey));
  const isOnModel = facts.constraints.some(isKey);
  const [first] = keyed;
  const last = keyed.at(-1);
  if (!first || !last || (keyed.length < 2 && !isOnModel)) return undefined;
  const other = isOnModel ? 'the model' : `'${last.facts.name}'`;
  return {
    at: last.keysAt['constraints'] ?? last.nameAt,
    message: `A primary key of '${facts.name}' stands on '${first.facts.name}' and on ${other}, and a table has one: dbt refuses it. Write one constraint with all its columns on the model.`,
  };
}
