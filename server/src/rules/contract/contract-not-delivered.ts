import type { Span } from '../../base/span.ts';
import type { ContractLink } from '../../contracts/contract-queries.ts';
import { type Undelivered, undelivered } from '../../contracts/delivery.ts';
import type { Contract, ContractColumn, PlacedContractColumn } from '../../contracts/model.ts';
import { namesOf, plainName } from '../../contracts/promises.ts';
import type { NodeFacts, OutputColumns } from '../../project/facts.ts';
import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { Query } from '../../syntax/sql/tree.ts';
import { removeColumn, retype } from '../contract-edits.ts';
import { FAMILY_WORDS, pathOf, placeIn, readersOf, weightOf } from '../contract-words.ts';
import { mayAddColumns } from '../materializations.ts';
import {
  type ContractSubject,
  defineRule,
  type ModelSubject,
  type ProjectView,
  type RuleContext,
  type RuleFix,
  replace,
  suggest,
} from '../rule.ts';
import { isOptional } from '../written.ts';

export default defineRule({
  summary: 'A model that lacks a column its contract promises, or delivers it with another type.',
  why: 'Consumers build on the contract: their queries fail, or read values of another kind.',
  details:
    'A contract names its model by `model`, by its own name or that of one of its objects, by `physicalName`, or through `contracts` in grainline.yml. Reported in the contract and in the model. Columns are missing only where all columns of the model are known; types differ only where the SQL shows a type of another kind (a decimal promise holds whole numbers). More columns than promised are fine. The order of columns is looked at only where a server of the contract serves CSV. A draft is information, a retired contract is not looked at; of several versions of one contract one that the model keeps is enough.',
  severity: 'error',
  on: ['contract', 'model'],
  check(subject, context) {
    if ('contract' in subject) checkContract(subject, context);
    else checkModel(subject, context);
  },
  examples: {
    'a column the model does not have, and a type it does not have': `
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.0.0"
        consumers: [finance]
        schema:
          - column: order_id
            type: integer
          - column: staus
                    ^^^^^ error: 'orders' delivers no column 'staus', which this contract promises to finance. Did you mean 'status'?
            type: string
          - column: ordered_at
            type: timestamp
                  ^^^^^^^^^ warning: 'orders' delivers dates (cast to date)
      //- models/orders.sql
      select order_id, status, cast(created as date) as ordered_at from {{ source('shop', 'orders') }}
      ^^^^^^ error: 'orders' does not deliver 'staus', which contracts/orders.contract.yml promises to finance
                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: 'ordered_at' as timestamp
      -> Change to 'status'
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.0.0"
        consumers: [finance]
        schema:
          - column: order_id
            type: integer
          - column: status
            type: string
          - column: ordered_at
            type: timestamp
      -> Promise dates instead
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.0.0"
        consumers: [finance]
        schema:
          - column: order_id
            type: integer
          - column: staus
            type: string
          - column: ordered_at
            type: date
    `,
    'the Open Data Contract Standard, by the name in the warehouse, behind a CTE': `
      //- contracts/sales.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: sales
      version: 1.0.0
      status: active
      schema:
        - name: Orders
          physicalName: mart.fct_orders
          properties:
            - name: Order
              physicalName: order_id
              logicalType: integer
            - name: legacy_code
                    ^^^^^^^^^^^ 'fct_orders' delivers no column 'legacy_code', which this contract promises. Deliver it, or take the promise back
              logicalType: string
            - name: amount
              logicalType: number
              physicalType: decimal(12, 2)
                            ^^^^^^^^^^^^^^ warning: 'fct_orders' delivers floating-point numbers
      //- models/fct_orders.sql
      with final as (select 1 as order_id, cast(1 as double precision) as amount) select * from final
                                                                                  ^^^^^^ error: does not deliver 'legacy_code'
      -> Remove the column from the contract
      //- contracts/sales.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: sales
      version: 1.0.0
      status: active
      schema:
        - name: Orders
          physicalName: mart.fct_orders
          properties:
            - name: Order
              physicalName: order_id
              logicalType: integer
            - name: amount
              logicalType: number
              physicalType: decimal(12, 2)
      -> Promise floating-point numbers instead
      //- contracts/sales.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: sales
      version: 1.0.0
      status: active
      schema:
        - name: Orders
          physicalName: mart.fct_orders
          properties:
            - name: Order
              physicalName: order_id
              logicalType: integer
            - name: legacy_code
              logicalType: string
            - name: amount
              logicalType: number
              physicalType: double precision
    `,
    'another name in grainline.yml; a draft': `
      //- grainline.yml
      contracts: { customer orders: fct_orders }
      //- contracts/orders.contract.yml
      contract:
        name: customer orders
        version: "0.1.0"
        status: draft
        schema:
          properties:
            order_id: { type: integer }
            gone: { type: string }
            ^^^^ info: 'fct_orders' delivers no column 'gone'
      //- models/fct_orders.sql
      select 1 as order_id
      ^^^^^^ info: does not deliver 'gone'
    `,
    'several versions of one contract, one of which is kept': `
      //- contracts/orders-1.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.0.0
      status: active
      schema: [{ name: orders, properties: [{ name: order_id, logicalType: integer }, { name: state, logicalType: string }] }]
      //- contracts/orders-2.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 2.0.0
      status: active
      schema: [{ name: orders, properties: [{ name: order_id, logicalType: integer }, { name: status, logicalType: string }] }]
      //- contracts/lines-1.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: lines
      version: 1.0.0
      status: active
      schema: [{ name: lines, properties: [{ name: line, logicalType: integer }] }]
                                                   ^^^^ error: 'lines' delivers no column 'line'
      //- contracts/lines-2.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: lines
      version: 2.0.0
      status: draft
      schema: [{ name: lines, properties: [{ name: line_number, logicalType: integer }] }]
      //- models/orders.sql
      select 1 as order_id, 'x' as state
      //- models/lines.sql
      select 1 as line_number
      ^^^^^^ error: does not deliver 'line'
    `,
    'CSV is read by position': `
      //- contracts/orders.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.0.0
      status: active
      servers: [{ server: out, type: s3, location: s3://out/orders.csv, format: csv }]
      schema:
        - name: orders
                ^^^^^^ info: 'orders' delivers 'order_id' where this contract has 'status'
          properties: [{ name: status, logicalType: string }, { name: order_id, logicalType: integer }]
      //- models/orders.sql
      select 1 as order_id, 'x' as status
    `,
    'more columns, wider types, and what nobody knows': `
      //- contracts/orders.contract.yml
      contract:
        name: orders_data_contract
        version: "1.0.0"
        schema:
          - { column: order_id, type: string }
          - { column: amount, type: "decimal(12, 2)" }
          - { column: media_id, type: integer }
          - { column: noted_at, type: timestamp }
          - { column: note, type: "{{ note_type }}" }
      ---
      contract:
        name: lines
        version: "1.0.0"
        schema: [{ column: line_id, type: integer }]
      ---
      contract:
        name: kept
        version: "1.0.0"
        schema: [{ column: id, type: integer }, { column: _valid_from, type: timestamp }]
      ---
      contract:
        name: somebody_elses
        version: "1.0.0"
        schema: [{ column: id, type: integer }]
      //- models/orders.sql
      select id as order_id, 1 as amount, 2 as extra, current_timestamp as noted_at, 3 as note
        {% if var('with_media', false) %}, 4 as media_id {% endif %}
      from {{ source('shop', 'orders') }}
      //- models/lines.sql
      select * from {{ source('shop', 'lines') }}
      //- models/kept.sql
      {{ config(materialized='incremental_scd2') }}
      select 1 as id
    `,
  },
});

/** More columns of one object say nothing new. */
const MOST = 200;

function checkContract({ contract, nodes, text }: ContractSubject, { project, dialect, report }: RuleContext): void {
  if (!project) return;
  const { facts } = contract;
  for (const [i, object] of contract.objects.entries()) {
    const node = nodes[i];
    const output = node && deliveryOf(node, project);
    if (!node || !output) continue;
    const related = [{ file: node.file, span: { start: 0, end: 0 }, message: `'${node.name}' is made here` }];
    const lacking = undelivered(object.facts, facts.form, output, dialect).slice(0, MOST);
    if (lacking.length > 0 && isOfOtherVersion(facts, node, output, project, dialect)) continue;
    for (const found of lacking) {
      const column = object.columns[found.index];
      if (!column || isMaybe(found, node, project)) continue;
      const severity = weightOf(facts, found.kind === 'missing' ? 'error' : 'warning');
      if (severity === undefined) continue;
      if (found.kind === 'missing') {
        const hint = found.near ? `Did you mean '${found.near}'?` : 'Deliver it, or take the promise back.';
        report(
          column.nameAt,
          `'${node.name}' delivers no column '${column.facts.name}', which this contract promises${readersOf(facts)}. ${hint}`,
          { severity, related, fixes: found.near ? [rename(column, found.near)] : removal(column, text) },
        );
      } else {
        const at = column.places['physicalType'] ?? column.places['type'];
        const words = FAMILY_WORDS[found.actual.family];
        const edits = retype(column, facts.form, found.actual.family, dialect);
        report(
          at?.value ?? column.nameAt,
          `'${column.facts.name}' is promised as ${found.promised.text}, and '${node.name}' delivers ${words} (${found.actual.because}). Cast it in the model, or change the promise.`,
          { severity, related, fixes: edits.length > 0 ? [suggest(`Promise ${words} instead`, ...edits)] : [] },
        );
      }
    }
    const moved = facts.servers.some(server => server.format === 'csv')
      ? firstMoved(object.facts.columns, output)
      : undefined;
    if (moved && weightOf(facts, 'info')) {
      report(
        object.nameAt,
        `'${node.name}' delivers '${moved.actual}' where this contract has '${moved.promised}', and readers of CSV go by the position. Put the columns in one order.`,
        { severity: 'info', related },
      );
    }
  }
}

function checkModel({ node, columns }: ModelSubject, { project, unit, dialect, report }: RuleContext): void {
  if (!project || !unit || node.isEnabled !== 'yes') return;
  const links = project.contractsOf(node.id);
  const output = links.length > 0 ? deliveryOf(node, project) : undefined;
  if (!output) return;
  const made = new Map(columns.map(({ column, item }) => [plainName(column.name), item]));
  for (const link of links) {
    const lacking = undelivered(link.object, link.contract.form, output, dialect).slice(0, MOST);
    if (lacking.length > 0 && isOfOtherVersion(link.contract, node, output, project, dialect)) continue;
    for (const found of lacking) {
      const severity = weightOf(link.contract, found.kind === 'missing' ? 'error' : 'warning');
      if (severity === undefined || isMaybe(found, node, project)) continue;
      const where = pathOf(link.file, project);
      const { name } = found.column;
      if (found.kind === 'missing') {
        const select = unit.tree.statements.find((one): one is Query => one.kind === 'query');
        report(
          select ? headOf(select, unit.text) : 'file',
          `'${node.name}' does not deliver '${name}', which ${where} promises${readersOf(link.contract)}.`,
          { severity, related: related(link, found) },
        );
      } else {
        const item = made.get(plainName(name)) ?? made.get(plainName(found.column.physicalName ?? name));
        if (item?.kind !== 'item') continue;
        report(
          item,
          `${where} promises '${name}' as ${found.promised.text}${readersOf(link.contract)}, and here it is ${found.actual.because}. Cast it, or change the promise.`,
          { severity, related: related(link, found) },
        );
      }
    }
  }

  function related(link: ContractLink, found: Undelivered) {
    return project ? placeIn(link, project, found.index, 'type', 'It is promised here') : [];
  }
}

/** Of several versions of one contract the model keeps another one in full: this one is history, or still to come. */
function isOfOtherVersion(
  { id, version }: Contract,
  node: NodeFacts,
  output: OutputColumns,
  project: ProjectView,
  dialect: Dialect,
): boolean {
  if (id === undefined) return false;
  return project
    .contractsOf(node.id)
    .some(
      ({ contract, object }) =>
        contract.id === id &&
        contract.version !== version &&
        weightOf(contract, 'error') === 'error' &&
        output.isComplete &&
        undelivered(object, contract.form, output, dialect).length === 0,
    );
}

function deliveryOf(node: NodeFacts, project: ProjectView) {
  if (node.isEnabled !== 'yes' || !['model', 'seed', 'snapshot'].includes(node.kind)) return undefined;
  return project.columnsOf(node.id);
}

/** A branch of the model names the column: other vars than those of this project may turn it on. */
function isMaybe(found: Undelivered, node: NodeFacts, project: ProjectView): boolean {
  if (found.kind === 'missing' && mayAddColumns(node)) return true;
  return found.kind === 'missing' && isOptional(plainName(found.column.name), project.textOf(node.file) ?? '');
}

function rename(column: PlacedContractColumn, near: string): RuleFix {
  return suggest(`Change to '${near}'`, replace(column.nameAt, near));
}

function removal(column: PlacedContractColumn, text: string): readonly RuleFix[] {
  const edit = removeColumn(text, column);
  return edit ? [suggest('Remove the column from the contract', edit)] : [];
}

/** The first place at which the two orders part. */
function firstMoved(
  columns: readonly ContractColumn[],
  output: OutputColumns,
): { readonly promised: string; readonly actual: string } | undefined {
  if (!output.isComplete) return undefined;
  for (const [i, column] of columns.entries()) {
    const actual = output.columns[i]?.name;
    if (actual === undefined) return undefined;
    if (!namesOf(column).some(name => plainName(name) === plainName(actual))) return { promised: column.name, actual };
  }
  return undefined;
}

/** The word SELECT of the outermost query. */
function headOf(query: Query, text: string): Span {
  let body = query.body;
  while (body.kind === 'parenthesized-query') body = body.query.body;
  while (body.kind === 'set-operation') body = body.left;
  const end = /^\w+/.exec(text.slice(body.start, body.start + 40))?.[0].length ?? 1;
  return { start: body.start, end: body.start + end };
}
