import { gapsOf } from '../../contracts/gaps.ts';
import type { PlacedContract, PlacedObject } from '../../contracts/model.ts';
import type { NodeFacts } from '../../project/facts.ts';
import { columnLines } from '../contract-columns.ts';
import { weightOf } from '../contract-words.ts';
import { defineRule, type ProjectView, type RuleContext, type RuleFix, suggest } from '../rule.ts';

export default defineRule({
  summary: 'A contract that leaves out who owns the data, who reads it, how fresh it is, or what it means.',
  why: 'Nobody knows whom to ask before a change, and whom it breaks.',
  details:
    'One finding a contract, with all that is missing: owner, consumers, SLA, policy for breaking changes, channel and the meaning of the columns, as far as the form has a place for it. Empty values of a template count as missing. An object without columns is a finding of its own; where its model is known, the fix lists the columns that the model delivers.',
  severity: 'info',
  on: 'contract',
  check({ contract, nodes, text }, context) {
    if (weightOf(contract.facts, 'info') === undefined) return;
    const gaps = gapsOf(contract.facts);
    if (gaps.length > 0) {
      const name = contract.facts.name ?? contract.facts.id;
      const subject = name === undefined ? 'This contract' : `The contract '${name}'`;
      context.report(contract.nameAt, `${subject} does not say ${joined(gaps)}. Fill it in while somebody knows.`);
    }
    for (const [i, object] of contract.objects.entries()) reportEmpty(object, contract, nodes[i], text, context);
  },
  examples: {
    'an empty template': `
      //- contracts/orders.contract.yml
      contract:
        name: orders
              ^^^^^^ info: does not say who owns it, who reads it, how fresh and how available the data is, what happens before a breaking change, where changes are announced and what its columns mean
        version: "1.0.0"
        owner: ""
        consumers: []
        sla: { freshness_hours: 0, support_hours: "" }
        schema:
          - { column: order_id, type: integer, description: "" }
        breaking_change_policy: ""
    `,
    'the columns of the model': `
      //- grainline.yml
      dialect: postgres
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "0.1.0"
        owner: sales
        consumers: [finance]
        sla: { freshness_hours: 6 }
        schema:
        ^^^^^^ lists no columns
        breaking_change_policy: version-bump
        notification_channel: "#orders"
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - { name: order_id, description: "Number of the order: as the shop has it", data_tests: [unique, not_null] }
            - { name: ordered_at, description: When it was placed. }
      //- models/orders.sql
      select 1 as order_id, cast('2024-01-01' as date) as ordered_at
      -> List the columns of 'orders'
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "0.1.0"
        owner: sales
        consumers: [finance]
        sla: { freshness_hours: 6 }
        schema:
          - column: order_id
            type: integer
            nullable: false
            unique: true
            description: 'Number of the order: as the shop has it'
          - column: ordered_at
            type: date
            nullable: false
            description: When it was placed.
        breaking_change_policy: version-bump
        notification_channel: "#orders"
    `,
    'the columns of the model, in the Data Contract Specification': `
      //- contracts/orders.yml
      dataContractSpecification: 1.2.0
      id: orders
      info: { title: Orders, version: 1.0.0, owner: sales, description: Orders of the shop. }
      models:
        orders:
          description: One row per order.
          fields: {}
          ^^^^^^ lists no columns
      servicelevels: { freshness: { threshold: 4h } }
      //- models/schema.yml
      models: [{ name: orders, columns: [{ name: order_id, description: The key. }] }]
      //- models/orders.sql
      select 1 as order_id
      ->
      //- contracts/orders.yml
      dataContractSpecification: 1.2.0
      id: orders
      info: { title: Orders, version: 1.0.0, owner: sales, description: Orders of the shop. }
      models:
        orders:
          description: One row per order.
          fields:
            order_id:
              type: integer
              required: true
              description: The key.
      servicelevels: { freshness: { threshold: 4h } }
    `,
    'the Open Data Contract Standard': `
      //- orders.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      name: Orders
            ^^^^^^ does not say what the data is, who owns it and how fresh and how available the data is
      version: 1.0.0
      status: draft
      support: [{ channel: '#orders' }]
      schema:
        - name: orders
          properties: [{ name: order_id, logicalType: integer, description: The key. }]
    `,
    complete: `
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.0.0"
        owner: sales
        consumers: [finance]
        sla: { freshness_hours: 6 }
        schema:
          - { column: order_id, type: integer, description: The key. }
        breaking_change_policy: version-bump
        notification_channel: "#orders"
      //- contracts/old.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: old
      version: 1.0.0
      status: retired
    `,
  },
});

function reportEmpty(
  object: PlacedObject,
  contract: PlacedContract,
  node: NodeFacts | undefined,
  text: string,
  { project, dialect, report }: RuleContext,
): void {
  if (object.facts.columns.length > 0) return;
  const place = object.places[contract.facts.form === 'odcs' || contract.facts.form === 'dcs' ? 'columns' : 'schema'];
  const written = place && text.slice(place.value.start, place.value.end);
  // A list that Jinja makes is none of ours to judge.
  if (place && written !== '' && !/^(\[\s*\]|\{\s*\}|~|null)$/.test(written ?? '')) return;
  const name = object.facts.name || contract.facts.name || 'This contract';
  report(place?.key ?? object.nameAt, `'${name}' lists no columns, so nothing is promised of them.`, {
    fixes: fixes(),
  });

  function fixes(): readonly RuleFix[] {
    const output = node && project?.columnsOf(node.id);
    if (!node || !place?.key || !output?.isComplete || output.columns.length === 0) return [];
    return [listColumns(project as ProjectView, node)];
  }

  function listColumns(view: ProjectView, model: NodeFacts): RuleFix {
    const key = place?.key ?? object.nameAt;
    const indent = ' '.repeat(key.start - (text.lastIndexOf('\n', key.start - 1) + 1));
    const columns = view.columnsOf(model.id)?.columns ?? [];
    const { form } = contract.facts;
    const lines = columnLines(columns, form, model, view.keysOf(model.id), dialect, indent);
    const end = place?.value.end ?? key.end;
    const start = text.lastIndexOf(':', end) + 1;
    return suggest(`List the columns of '${model.name}'`, {
      span: { start: Math.max(start, key.end), end },
      text: lines,
    });
  }
}

function joined(parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
