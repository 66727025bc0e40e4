import { type Compared, type Drift, driftOf, type Untested, untestedOf } from '../../contracts/drift.ts';
import type { PlacedObject } from '../../contracts/model.ts';
import type { NodeFacts, PlacedProperties } from '../../project/facts.ts';
import { driftFixes, messageInContract, messageInDbt, placeInEntry, placeOfFact } from '../contract-drifts.ts';
import { yamlValue } from '../contract-edits.ts';
import { pathOf, placeIn, readersOf, weightOf } from '../contract-words.ts';
import { definitionOf, literalsOf } from '../defining.ts';
import { addToEntry, type NewTest } from '../entry-edits.ts';
import { loosestFreshness } from '../freshness.ts';
import {
  type ContractSubject,
  defineRule,
  type ModelSubject,
  type ProjectView,
  type RuleContext,
  type RuleFix,
} from '../rule.ts';
import { isWritten } from '../written.ts';

export default defineRule({
  summary: 'A contract that disagrees with the YAML or the SQL of its model about types, NULL, keys or values.',
  why: 'One of the two is out of date: consumers rely on a promise that nothing keeps, or the build fails on data that the contract allows.',
  details:
    "Compares what a contract promises with `data_type`, tests and constraints of the model it names and with what the SQL shows: types of another kind, other accepted values, other limits, columns promised never to be NULL that the SQL can make NULL, literals the contract does not allow, and data promised fresher than its sources are checked for. Reported in the contract and in dbt's YAML or the SQL, with a fix for each direction. Promises that no test looks at are said once for each object, with a fix that adds the tests; a test with `severity: warn` or a `where` is weaker on purpose and counts as one. Columns that contract-not-delivered speaks of are left to it.",
  severity: 'warning',
  on: ['contract', 'yaml:entry', 'yaml:source', 'model'],
  check(subject, context) {
    if ('contract' in subject) checkContract(subject, context);
    else if ('tables' in subject) for (const table of subject.tables) checkEntry(table, context);
    else if ('isComplete' in subject) checkModel(subject, context);
    else checkEntry(subject, context);
  },
  examples: {
    'other values, in both places': `
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.0.0"
        consumers: [finance]
        schema:
          - column: status
            type: string
            checks:
              - type: enum
                params:
                  values:
                    - open
                    ^^^^^^> warning: the contract allows 'paid', for which the accepted_values test fails; the accepted_values test lets 'closed' pass
                    - paid
                    ^^^^^^<
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: status
              data_tests:
                - accepted_values: { values: [open, closed] }
                  ^^^^^^^^^^^^^^^ warning: The accepted values of 'status' are not those of contracts/orders.contract.yml
      //- models/orders.sql
      select status from {{ source('shop', 'orders') }}
      -> Promise the values of the test
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.0.0"
        consumers: [finance]
        schema:
          - column: status
            type: string
            checks:
              - type: enum
                params:
                  values:
                    - open
                    - closed
      -> Test the values of the contract
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: status
              data_tests:
                - accepted_values: { values: [open, paid] }
    `,
    'types and limits, in the Open Data Contract Standard': `
      //- grainline.yml
      dialect: postgres
      //- contracts/orders.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.0.0
      status: active
      schema:
        - name: orders
          properties:
            - name: ordered_at
              logicalType: timestamp
              physicalType: timestamptz
                            ^^^^^^^^^^^ warning: promised as timestamptz, and the YAML of 'orders' says date
            - name: amount
              logicalType: number
              logicalTypeOptions: { minimum: 0 }
                                             ^ promised at least 0, and the test in dbt asks for at least -100
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: ordered_at
              data_type: date
                         ^^^^ warning: 'ordered_at' is date here, and contracts/orders.odcs.yaml promises timestamptz
            - name: amount
              data_tests:
                - dbt_utils.accepted_range: { min_value: -100 }
                  ^^^^^^^^^^^^^^^^^^^^^^^^ tested for at least -100
      //- models/orders.sql
      select ordered_at, amount from {{ source('shop', 'orders') }}
      -> Promise date in the contract
      //- contracts/orders.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.0.0
      status: active
      schema:
        - name: orders
          properties:
            - name: ordered_at
              logicalType: date
              physicalType: date
            - name: amount
              logicalType: number
              logicalTypeOptions: { minimum: 0 }
      -> Write the promised type into the YAML
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: ordered_at
              data_type: timestamptz
            - name: amount
              data_tests:
                - dbt_utils.accepted_range: { min_value: -100 }
      -> Promise the limits of the test
      //- contracts/orders.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.0.0
      status: active
      schema:
        - name: orders
          properties:
            - name: ordered_at
              logicalType: timestamp
              physicalType: timestamptz
            - name: amount
              logicalType: number
              logicalTypeOptions: { minimum: -100 }
      -> Test the limits of the contract
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: ordered_at
              data_type: date
            - name: amount
              data_tests:
                - dbt_utils.accepted_range: { min_value: 0 }
    `,
    'NULL from a left join that nothing tests': `
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.0.0"
        consumers: [finance, ml]
        schema:
          - { column: order_id, type: integer }
          - { column: segment, type: string, nullable: false }
                                                       ^^^^^ warning: 'orders' can make it NULL
      //- models/orders.sql
      select o.order_id, c.segment
                         ^^^^^^^^^ warning: contracts/orders.contract.yml promises that it never is to finance and ml
      from {{ ref('stg_orders') }} as o
      left join {{ ref('customers') }} as c on c.id = o.customer_id
      //- models/stg_orders.sql
      select 1 as order_id, 2 as customer_id
      //- models/customers.sql
      select 2 as id, 'a' as segment
      -> Add the test not_null
      //- models/_orders.yml
      version: 2

      models:
        - name: orders
          columns:
            - name: segment
              data_tests:
                - not_null
      -> Allow NULL in the contract
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.0.0"
        consumers: [finance, ml]
        schema:
          - { column: order_id, type: integer }
          - { column: segment, type: string, nullable: true }
    `,
    'a literal that the contract does not allow': `
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.0.0"
        schema:
          properties:
            size: { type: string, enum: [small, large] }
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: size, data_tests: [{ accepted_values: { values: [small, large], config: { severity: warn } } }] }]
      //- models/orders.sql
      select case when amount > 9 then 'large' when amount > 5 then 'medium' else 'small' end as size from {{ ref('x') }}
                                                                    ^^^^^^^^ warning: contracts/orders.contract.yml does not allow 'medium' for 'size'
    `,
    'promises that nothing tests': `
      //- packages.yml
      packages: [{ package: dbt-labs/dbt_utils, version: 1.1.1 }]
      //- contracts/orders.contract.yml
      contract:
        name: orders
              ^^^^^^ info: No test in dbt looks at 5 of these promises: order_id (not_null, unique), status (not_null, accepted_values), amount (accepted_range)
        version: "1.0.0"
        schema:
          - { column: order_id, type: integer, primary_key: true }
          - { column: status, type: string, nullable: false, checks: [{ type: enum, params: { values: [open, "it's paid"] } }] }
          - { column: amount, type: decimal, checks: [{ type: range, params: { min: 0 } }] }
          - { column: n, type: integer, nullable: false }
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: order_id
              description: The key.
      //- models/orders.sql
      select order_id, status, amount, coalesce(n, 0) as n from {{ source('shop', 'orders') }}
      ->
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: order_id
              description: The key.
              data_tests:
                - not_null
                - unique
            - name: status
              data_tests:
                - not_null
                - accepted_values:
                    values: [open, 'it''s paid']
            - name: amount
              data_tests:
                - dbt_utils.accepted_range:
                    min_value: 0
    `,
    'fresher than the sources are checked for': `
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.0.0"
        sla: { freshness_hours: 4 }
                                ^ info: dbt lets the source 'shop.orders' grow 24 hours old before it says so
        schema: [{ column: order_id, type: integer }]
      //- models/sources.yml
      sources:
        - name: shop
          freshness: { warn_after: { count: 1, period: day } }
          tables: [{ name: orders }, { name: lines, freshness: { error_after: { count: 2, period: hour } } }]
      //- models/orders.sql
      select o.order_id from {{ source('shop', 'orders') }} as o join {{ source('shop', 'lines') }} as l on l.order_id = o.order_id
    `,
    'a source, from its contract': `
      //- contracts/orders.datacontract.yaml
      dataContractSpecification: 1.2.0
      id: orders
      info: { title: Orders, version: 1.0.0 }
      models:
        orders:
          fields:
            placed_at: { type: timestamp }
                               ^^^^^^^^^ promised as timestamp, and the YAML of 'orders' says varchar
      //- models/sources.yml
      sources:
        - name: shop
          tables:
            - name: orders
              columns: [{ name: placed_at, data_type: varchar }]
                                                      ^^^^^^^ 'placed_at' is varchar here
    `,
    'the same in other words, tested weakly on purpose, or not known': `
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.0.0"
        status: active
        sla: { freshness_hours: 24 }
        schema:
          - { column: order_id, type: int, nullable: false, primary_key: true }
          - { column: status, type: string, checks: [{ type: enum, params: { values: [paid, open] } }] }
          - { column: level, type: number, checks: [{ type: enum, params: { values: [1, 2] } }] }
          - { column: note, type: string, nullable: true }
      //- models/sources.yml
      sources:
        - { name: shop, freshness: { warn_after: { count: 12, period: hour } }, tables: [{ name: orders }] }
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - { name: order_id, data_type: bigint, data_tests: [unique, not_null: { config: { severity: warn } }] }
            - { name: status, data_type: varchar(20), data_tests: [accepted_values: { values: [open, paid] }] }
            - { name: level, data_type: integer, data_tests: [accepted_values: { values: ['1', '2'], quote: false }] }
            - { name: note, data_tests: [not_null] }
      //- models/orders.sql
      select order_id, status, level, note from {{ source('shop', 'orders') }}
    `,
  },
});

/* -------------------------------------------------------------- in the contract */

function checkContract({ contract, nodes }: ContractSubject, context: RuleContext): void {
  const { project, dialect, file, report } = context;
  const severity = weightOf(contract.facts, 'warning');
  if (!project || severity === undefined) return;
  for (const [i, object] of contract.objects.entries()) {
    const node = nodes[i];
    if (node?.isEnabled !== 'yes') continue;
    const compared: Compared = {
      object: object.facts,
      form: contract.facts.form,
      properties: node.properties,
      output: project.columnsOf(node.id),
      dialect,
    };
    const drifts = driftOf(compared);
    for (const drift of drifts) {
      const column = object.columns[drift.index];
      if (!column) continue;
      const sides = {
        contractFile: file,
        form: contract.facts.form,
        contractColumn: () => column,
        node,
        project,
        dialect,
      };
      report(placeOfFact(drift, column), messageInContract(drift, node), {
        severity,
        related: placeInDbt(drift, node, project),
        fixes: driftFixes(drift, sides),
      });
    }
    if (severity === 'warning') reportUntested(object, compared, drifts, node, project, report);
    const fresh = contract.places['sla.freshnessHours'];
    const promised = contract.facts.sla.freshnessHours;
    const loosest = fresh && promised !== undefined ? loosestFreshness(node, project) : undefined;
    if (!fresh || promised === undefined || !loosest || loosest.hours <= promised) continue;
    const source = `${loosest.source.source}.${loosest.source.name}`;
    report(
      fresh.value,
      `The data is promised to be at most ${promised} hours old, and dbt lets the source '${source}' grow ${loosest.hours} hours old before it says so. Check the source as often, or promise less.`,
      {
        severity: 'info',
        related: [{ file: loosest.source.file, span: { start: 0, end: 0 }, message: `'${source}'` }],
      },
    );
  }
}

function placeInDbt(drift: Drift, node: NodeFacts, project: ProjectView) {
  const place = drift.kind === 'null' ? undefined : project.placesOf(node.id);
  const found = place && placeInEntry(drift, place.entry);
  if (!place || !found)
    return [{ file: node.file, span: { start: 0, end: 0 }, message: `'${node.name}' is made here` }];
  return [{ file: place.file, span: found.span, message: 'What dbt is told.' }];
}

function reportUntested(
  object: PlacedObject,
  compared: Compared,
  drifts: readonly Drift[],
  node: NodeFacts,
  project: ProjectView,
  report: RuleContext['report'],
): void {
  const isSaid = new Set(drifts.map(({ column }) => column.name));
  const untested = untestedOf(compared, project.keysOf(node.id), project.packageNames.includes('dbt_utils')).filter(
    one => !isSaid.has(one.column),
  );
  if (untested.length === 0) return;
  const byColumn = new Map<string, Untested[]>();
  for (const one of untested) byColumn.set(one.column, [...(byColumn.get(one.column) ?? []), one]);
  const shown = [...byColumn]
    .slice(0, 5)
    .map(([column, list]) => `${column} (${list.map(one => one.test).join(', ')})`);
  const more = byColumn.size > shown.length ? ` and ${byColumn.size - shown.length} more columns` : '';
  const count = untested.length === 1 ? 'one of these promises' : `${untested.length} of these promises`;
  report(
    object.nameAt,
    `No test in dbt looks at ${count}: ${shown.join(', ')}${more}. When one is broken, its consumers are the first to know.`,
    { severity: 'info', fixes: [testsFix(byColumn, node, project)] },
  );
}

function testsFix(byColumn: ReadonlyMap<string, readonly Untested[]>, node: NodeFacts, project: ProjectView): RuleFix {
  const columns = [...byColumn].map(([name, list]) => ({ name, tests: list.map(testOf) }));
  return {
    title: 'Add the tests to dbt',
    safe: false,
    edits: [],
    elsewhere: () => addToEntry(project, node, { columns }),
  };
}

function testOf({ test, values, range }: Untested): NewTest {
  if (test === 'accepted_values') return { name: test, arguments: { values: (values ?? []).map(yamlValue) } };
  if (test !== 'accepted_range') return { name: test };
  return {
    name: 'dbt_utils.accepted_range',
    arguments: {
      ...(range?.minimum ? { min_value: String(range.minimum.value) } : {}),
      ...(range?.maximum ? { max_value: String(range.maximum.value) } : {}),
      ...(range?.minimum?.isExclusive || range?.maximum?.isExclusive ? { inclusive: 'false' } : {}),
    },
  };
}

/* ----------------------------------------------------------- in dbt's YAML and SQL */

function checkEntry(entry: PlacedProperties, context: RuleContext): void {
  const { project, dialect, report } = context;
  const { facts } = entry;
  const name = { kind: facts.kind === 'source' ? 'source' : 'ref', name: facts.name } as const;
  const node = project?.resolve(facts.source === undefined ? name : { ...name, source: facts.source });
  if (!project || !node || node.isEnabled !== 'yes') return;
  for (const link of project.contractsOf(node.id)) {
    const severity = weightOf(link.contract, 'warning');
    if (severity === undefined) continue;
    const { object, contract } = link;
    const compared = { object, form: contract.form, properties: facts, output: project.columnsOf(node.id), dialect };
    for (const drift of driftOf(compared)) {
      const place = drift.kind === 'null' ? undefined : placeInEntry(drift, entry);
      if (!place) continue;
      const sides = {
        contractFile: link.file,
        form: contract.form,
        contractColumn: () => project.placedContract(link)?.objects[link.objectIndex]?.columns[drift.index],
        node,
        project,
        dialect,
      };
      report(place.span, messageInDbt(drift, pathOf(link.file, project), readersOf(contract)), {
        severity,
        related: placeIn(link, project, drift.index, drift.kind, 'What the contract promises.'),
        fixes: driftFixes(drift, sides),
      });
    }
  }
}

function checkModel({ node, columns }: ModelSubject, context: RuleContext): void {
  const { project, unit, dialect, report } = context;
  if (!project || !unit || node.isEnabled !== 'yes') return;
  for (const link of project.contractsOf(node.id)) {
    const severity = weightOf(link.contract, 'warning');
    if (severity === undefined) continue;
    const { object, contract } = link;
    const where = pathOf(link.file, project);
    const output = project.columnsOf(node.id);
    for (const drift of driftOf({ object, form: contract.form, properties: node.properties, output, dialect })) {
      const item = columns.find(({ column }) => column.name.toLowerCase() === drift.column.name.toLowerCase())?.item;
      if (drift.kind !== 'null' || item?.kind !== 'item') continue;
      report(item, messageInDbt(drift, where, readersOf(contract)), {
        severity,
        related: placeIn(link, project, drift.index, 'required', 'It is promised here'),
      });
    }
    for (const [index, column] of object.columns.entries()) {
      if (!column.values || isTested(column.name, node)) continue;
      const allowed = new Set(column.values.map(String));
      const definition = definitionOf(column.physicalName ?? column.name, unit);
      for (const literal of (definition && literalsOf(definition.expression)) ?? []) {
        if (allowed.has(literal.value) || !isWritten(unit, literal)) continue;
        if (literal.type !== 'string' && [...allowed].some(one => Number(one) === Number(literal.value))) continue;
        report(
          literal,
          `${where} does not allow '${literal.value}' for '${column.name}'${readersOf(contract)}. Allow it there, or correct it here.`,
          { severity, related: placeIn(link, project, index, 'values', 'The values allowed.') },
        );
      }
    }
  }
}

/** Then the test speaks of the literal. */
function isTested(name: string, node: NodeFacts): boolean {
  const entry = node.properties?.columns.find(column => column.name.toLowerCase() === name.toLowerCase());
  return entry?.tests.some(test => test.name === 'accepted_values' && test.config['severity'] !== 'warn') ?? false;
}
