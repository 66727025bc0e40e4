import type { TextEdit } from '../../base/edit.ts';
import { plainName } from '../../contracts/promises.ts';
import type { NodeFacts, OutputColumn, PlacedColumn, PlacedProperties, TypeFamily } from '../../project/facts.ts';
import { typeFamilyOf } from '../../project/infer/type-names.ts';
import type { PlainValue } from '../../syntax/jinja/expansion.ts';
import { sqlType } from '../contract-edits.ts';
import { FAMILY_WORDS } from '../contract-words.ts';
import { defineRule, type RuleContext, type RuleFix, replace, suggest } from '../rule.ts';
import { addKeyAfterName, appendColumns } from '../yaml-edits.ts';

export default defineRule({
  summary: 'A dbt model that enforces its contract, and columns or settings that dbt then refuses.',
  why: 'With `contract: { enforced: true }` dbt compares every column and type with the YAML before it builds; what is missing there stops the run.',
  details:
    "Columns without `data_type`, columns that the SQL delivers and the YAML does not list (only where all are known), a `data_type` of another kind than the SQL shows, no columns at all, Python models, and incremental models whose `on_schema_change` is neither `append_new_columns` nor `fail`. The types that the fix writes are those the SQL shows, in the dialect's words and without length or precision. Silent for ephemeral models, which dbt does not hold to their contracts, for models with versions and for disabled ones.",
  severity: 'error',
  on: ['yaml:entry', 'model'],
  check(subject, context) {
    if ('isComplete' in subject) {
      if (isEnforced(subject.node) && !subject.node.properties)
        context.report(
          'file',
          `'${subject.node.name}' enforces its contract, and no YAML lists its columns, so dbt refuses it. List them with their data_type.`,
        );
    } else if (subject.facts.kind === 'model' && subject.facts.versions.length === 0) checkEntry(subject, context);
  },
  examples: {
    'columns without a type, and one that is not listed': `
      //- models/schema.yml
      models:
        - name: orders
                ^^^^^^ error: 'orders' delivers 'amount', which is not listed here
          config: { contract: { enforced: true } }
          columns:
            - name: order_id
                    ^^^^^^^^ error: 'order_id' and 'status' have no data_type
              description: The key.
            - name: status
            - name: ordered_on
              data_type: date
      //- models/orders.sql
      select 1 as order_id, 'x' as status, current_date as ordered_on, cast(1 as numeric(12, 2)) as amount
      -> Add the types the SQL shows
      //- models/schema.yml
      models:
        - name: orders
          config: { contract: { enforced: true } }
          columns:
            - name: order_id
              data_type: integer
              description: The key.
            - name: status
              data_type: varchar
            - name: ordered_on
              data_type: date
      -> List the columns
      //- models/schema.yml
      models:
        - name: orders
          config: { contract: { enforced: true } }
          columns:
            - name: order_id
              description: The key.
            - name: status
            - name: ordered_on
              data_type: date
            - name: amount
              data_type: numeric
    `,
    'a type of another kind, enforced in the model itself': `
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - { name: order_id, data_type: varchar }
                                           ^^^^^^^ error: 'order_id' is varchar here, and the SQL gives whole numbers (a number literal)
      //- models/orders.sql
      {{ config(contract={'enforced': true}) }}
      with a as (select 1 as order_id) select order_id from a
      -> Write integer
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - { name: order_id, data_type: integer }
    `,
    'incremental, and a change of columns passed over': `
      //- models/schema.yml
      models:
        - name: orders
          config:
            materialized: incremental
            on_schema_change: ignore
                              ^^^^^^ error: dbt refuses 'ignore' for an incremental model that enforces its contract
            contract: { enforced: true }
          columns: [{ name: order_id, data_type: integer }]
        - name: lines
                ^^^^^ dbt refuses the default of on_schema_change ('ignore')
          config: { materialized: incremental, contract: { enforced: true } }
          columns: [{ name: line_id, data_type: integer }]
      //- models/orders.sql
      select 1 as order_id
      //- models/lines.sql
      select 1 as line_id
      -> Write append_new_columns
      //- models/schema.yml
      models:
        - name: orders
          config:
            materialized: incremental
            on_schema_change: append_new_columns
            contract: { enforced: true }
          columns: [{ name: order_id, data_type: integer }]
        - name: lines
          config: { materialized: incremental, contract: { enforced: true } }
          columns: [{ name: line_id, data_type: integer }]
    `,
    'no columns, and no YAML at all': `
      //- models/schema.yml
      models:
        - name: orders
                ^^^^^^ lists no columns
          config: { contract: { enforced: true } }
      //- models/orders.sql
      select 1 as order_id
      //- models/lines.sql
      !!! no YAML lists its columns
      {{ config(contract={'enforced': true}) }}
      select 1 as line_id
      -> List the columns
      //- models/schema.yml
      models:
        - name: orders
          config: { contract: { enforced: true } }
          columns:
            - name: order_id
              data_type: integer
    `,
    'whole, not enforced, versioned, or not known': `
      //- models/schema.yml
      models:
        - name: orders
          config: { contract: { enforced: true } }
          columns: [{ name: order_id, data_type: int }, { name: "Note", quote: true, data_type: "{{ dbt.type_string() }}" }]
        - name: lines
          columns: [{ name: line_id }]
        - name: customers
          config: { contract: { enforced: true } }
          versions: [{ v: 1 }]
          columns: [{ name: id }]
        - name: items
          config: { contract: { enforced: true }, materialized: incremental, on_schema_change: fail }
          columns: [{ name: item_id, data_type: integer }]
        - name: parts
          config: { contract: { enforced: false } }
          columns: [{ name: part_id }]
      //- models/orders.sql
      select 1 as order_id, 'x' as "Note"
      //- models/lines.sql
      select 1 as line_id
      //- models/customers.sql
      select 1 as id
      //- models/items.sql
      select * from {{ source('shop', 'items') }}
      //- models/parts.sql
      select 1 as part_id
    `,
  },
});

function checkEntry(entry: PlacedProperties, { project, dialect, file, report }: RuleContext): void {
  const { facts } = entry;
  const node = project?.resolve({ kind: 'ref', package: project.name, name: facts.name });
  if (!project || node?.kind !== 'model' || node.isEnabled !== 'yes' || !isEnforced(node)) return;
  if (node.materialized === 'ephemeral') return;
  if (node.file.endsWith('.py')) {
    report(entry.nameAt, `'${facts.name}' enforces its contract, and dbt does that for SQL models only.`);
    return;
  }
  const output = project.columnsOf(node.id);
  const delivered = new Map((output?.columns ?? []).map(column => [plainName(column.name), column]));
  const text = () => project.textOf(file) ?? '';
  reportSchemaChange(entry, node, report);
  const untyped = entry.columns.filter(column => column.facts.dataType === undefined);
  const [first] = untyped;
  if (first) {
    const names = untyped.slice(0, 5).map(column => `'${column.facts.name}'`);
    const more = untyped.length > 5 ? ` and ${untyped.length - 5} more columns` : '';
    report(
      first.nameAt,
      `'${facts.name}' enforces its contract, and ${joined(names, more)} ${untyped.length > 1 ? 'have' : 'has'} no data_type, so dbt refuses it.`,
      { fixes: typesFix(untyped) },
    );
  }
  for (const column of entry.columns) reportType(column);
  const listed = new Set(facts.columns.map(column => plainName(column.name)));
  const unlisted = output?.isComplete ? output.columns.filter(column => !listed.has(plainName(column.name))) : [];
  if (facts.columns.length === 0) {
    report(
      entry.nameAt,
      `'${facts.name}' enforces its contract and lists no columns, so dbt refuses it. List them with their data_type.`,
      { fixes: columnsFix(unlisted) },
    );
  } else if (unlisted.length > 0 && entry.columns.every(column => !/\{[{%]/.test(column.facts.name))) {
    const names = unlisted.slice(0, 5).map(column => `'${column.name}'`);
    const more = unlisted.length > 5 ? ` and ${unlisted.length - 5} more columns` : '';
    report(
      entry.nameAt,
      `'${facts.name}' delivers ${joined(names, more)}, which ${unlisted.length > 1 ? 'are' : 'is'} not listed here, so dbt refuses to build it under its contract.`,
      { fixes: columnsFix(unlisted) },
    );
  }

  function reportType(column: PlacedColumn): void {
    const { dataType, name } = column.facts;
    const actual = delivered.get(plainName(name))?.type;
    if (dataType === undefined || /\{[{%]/.test(dataType) || !actual || !column.dataTypeAt) return;
    const declared = typeFamilyOf(dataType, dialect);
    if (actual.because.startsWith('data_type') || declared === undefined || areClose(declared, actual.family)) return;
    const type = sqlType(actual.family, dialect);
    report(
      column.dataTypeAt,
      `'${name}' is ${dataType} here, and the SQL gives ${FAMILY_WORDS[actual.family]} (${actual.because}), so dbt refuses to build '${facts.name}' under its contract.`,
      { fixes: [suggest(`Write ${type}`, replace(column.dataTypeAt, type))] },
    );
  }

  function typesFix(columns: readonly PlacedColumn[]): readonly RuleFix[] {
    const typed = columns.flatMap(column => {
      const family = delivered.get(plainName(column.facts.name))?.type?.family;
      return family ? [{ column, type: sqlType(family, dialect) }] : [];
    });
    if (typed.length < columns.length) return [];
    const edits = () =>
      typed.flatMap(({ column, type }) => addKeyAfterName(text(), column, `data_type: ${type}`) ?? []);
    return [later('Add the types the SQL shows', edits)];
  }

  function columnsFix(columns: readonly OutputColumn[]): readonly RuleFix[] {
    if (columns.length === 0 || columns.some(column => column.type === undefined)) return [];
    const lines = columns.map(({ name, quoted, type }) => ({
      name: quoted ? JSON.stringify(name) : name,
      keys: [...(quoted ? ['quote: true'] : []), `data_type: ${sqlType(type?.family ?? 'text', dialect)}`],
    }));
    return [later('List the columns', () => [appendColumns(text(), entry, lines)].filter(edit => edit !== undefined))];
  }

  function later(title: string, edits: () => readonly TextEdit[]): RuleFix {
    return { title, safe: false, edits: [], elsewhere: () => ({ edits: [{ file, edits: edits() }] }) };
  }
}

function reportSchemaChange(entry: PlacedProperties, node: NodeFacts, report: RuleContext['report']): void {
  if (node.materialized !== 'incremental') return;
  const value = node.config['on_schema_change'];
  if (value === 'append_new_columns' || value === 'fail' || ('on_schema_change' in node.config && value === undefined))
    return;
  const at = entry.configAt['on_schema_change']?.value;
  const message =
    value === undefined
      ? `dbt refuses the default of on_schema_change ('ignore') for an incremental model that enforces its contract. Set it to append_new_columns or fail.`
      : `dbt refuses '${String(value)}' for an incremental model that enforces its contract. Set on_schema_change to append_new_columns or fail.`;
  report(at ?? entry.nameAt, message, {
    fixes: at ? [suggest('Write append_new_columns', replace(at, 'append_new_columns'))] : [],
  });
}

function isEnforced(node: NodeFacts): boolean {
  const contract = node.config['contract'];
  const enforced =
    typeof contract === 'object' && contract !== null && !Array.isArray(contract)
      ? (contract as { readonly [key: string]: PlainValue })['enforced']
      : undefined;
  return enforced === true;
}

function joined(names: readonly string[], more: string): string {
  if (more !== '' || names.length === 1) return `${names.join(', ')}${more}`;
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Families that the SQL of a model tells apart less surely than a warehouse does. */
function areClose(a: TypeFamily, b: TypeFamily): boolean {
  return a === b || CLOSE.some(group => group.includes(a) && group.includes(b));
}

const CLOSE: readonly (readonly TypeFamily[])[] = [
  ['integer', 'decimal'],
  ['timestamp', 'timestamptz'],
  ['text', 'uuid'],
  ['json', 'struct', 'map', 'array'],
];
