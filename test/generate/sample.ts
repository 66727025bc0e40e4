/** A small project with nothing but sources, and the answers with which every kind of SQL is generated on top of them, in order. */

import { contextFor, kindById, planFiles } from '../../server/src/analysis/generate.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { applyEdits } from '../../server/src/base/edit.ts';
import { relativePath } from '../../server/src/base/uri.ts';
import type { Answers } from '../../server/src/generate/kind.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';

export const ROOT = 'file:///sample';

const TYPES: { readonly [word: string]: string } = {
  int: 'integer',
  text: 'varchar',
  num: 'decimal(18, 2)',
  ts: 'timestamp',
  bool: 'boolean',
};

/** Tables by source: columns with their types. */
export const TABLES: { readonly [source: string]: { readonly [table: string]: string } } = {
  crm: {
    customers: 'id int, name text, email text, active bool, city text, updated_at ts, _loaded_at ts',
    tier_changes: 'customer_id int, tier_name text, is_vip bool, is_deleted bool, changed_at ts, _loaded_at ts',
  },
  shop: {
    orders:
      'order_id int, customer_id int, status text, order_amount num, ordered_at ts, updated_at ts, is_deleted bool, _loaded_at ts',
    order_deltas: 'order_id int, status text, order_amount num, updated_at ts, is_deleted bool, _loaded_at ts',
    order_lines: 'order_id int, line_number int, product_id int, quantity int, line_amount num, _loaded_at ts',
    stock: 'warehouse_id int, product_id int, stock_quantity int, measured_at ts, _loaded_at ts',
    movements: 'movement_id int, warehouse_id int, product_id int, moved_quantity int, moved_at ts, _loaded_at ts',
    shipments: 'order_id int, picked_at ts, shipped_at ts, delivered_at ts, updated_at ts, _loaded_at ts',
    order_events: 'event_id int, order_id int, event_name text, happened_at ts, _loaded_at ts',
  },
  bank: { account_owners: 'account_id int, customer_id int, share num, _loaded_at ts' },
  school: { attendance: 'student_id int, class_id int, attended_at ts, _loaded_at ts' },
};

export function columnsOf(source: string, table: string): readonly (readonly [string, string])[] {
  return (TABLES[source]?.[table] ?? '').split(', ').map(column => {
    const [name = '', type = ''] = column.split(' ');
    return [name, TYPES[type] ?? type];
  });
}

function sourcesYaml(): string {
  const lines = ['sources:'];
  for (const [source, tables] of Object.entries(TABLES)) {
    lines.push(
      `  - name: ${source}`,
      `    description: What ${source} delivers.`,
      `    schema: raw_${source}`,
      '    tables:',
    );
    for (const table of Object.keys(tables)) {
      lines.push(`      - name: ${table}`, `        description: Rows of ${table}, as delivered.`, '        columns:');
      for (const [name, type] of columnsOf(source, table)) {
        lines.push(
          `          - name: ${name}`,
          `            data_type: ${type}`,
          `            description: The ${name}.`,
        );
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

export const FILES: { readonly [path: string]: string } = {
  'dbt_project.yml': `name: sample
version: "1.0.0"
profile: sample
flags:
  require_generic_test_arguments_property: true
models:
  sample:
    staging:
      +materialized: view
    marts:
      +materialized: table
`,
  'models/staging/_sources.yml': sourcesYaml(),
  'specifications/sales.specification.yml': `fact_tables:
  - name: fct_sales
    grain: [order_id]
    grain_statement: One row per order.
    measures:
      - { name: order_amount, type: additive, aggregation: SUM, unit: EUR }
      - { name: double_amount, type: additive, aggregation: SUM, expression: order_amount * 2 }
    degenerate_dimensions: [status]
    foreign_keys:
      - buyer_key -> dim_buyers
      - level_key -> dim_levels
      - { column: ordered_date_key, dimension: dim_calendar }
      - { column: updated_date_key, dimension: dim_calendar }
  - name: fct_sale_lines
    grain: [order_id, line_number]
    grain_statement: One row per order line.
    measures:
      - { name: quantity, type: additive, aggregation: SUM }
      - { name: sales_amount, type: additive, aggregation: SUM, source: line_amount }
dimensions:
  - name: dim_calendar
    type: 0
    natural_key: full_date
    surrogate_key: calendar_key
    attributes:
      - { name: weekday_name, scd_type: 1 }
      - { name: month_name, scd_type: 1 }
      - { name: year, scd_type: 1 }
  - name: dim_buyers
    description: One row per customer who may buy.
    type: Type 1
    natural_key: customer_id
    surrogate_key: buyer_key
    attributes:
      - { name: buyer_name, source: name, scd_type: 1 }
      - { name: city, scd_type: 1 }
  - name: dim_levels
    type: Type 2
    natural_key: customer_id
    surrogate_key: level_key
    attributes:
      - { name: level_name, source: tier_name, scd_type: 2 }
      - { name: is_vip, scd_type: 1 }
  - name: dim_level_changes
    type: Type 3
    natural_key: customer_id
    attributes:
      - { name: tier_name, scd_type: 3 }
      - { name: is_vip, scd_type: 1 }
  - name: dim_level_split
    type: 4
    natural_key: customer_id
    attributes:
      - { name: tier_name, scd_type: 2 }
  - name: dim_level_mixed
    type: 6
    natural_key: customer_id
    surrogate_key: level_mixed_key
    attributes:
      - { name: tier_name, scd_type: 2 }
      - { name: is_vip, scd_type: 1 }
  - name: dim_buyer_versions
    type: 2
    natural_key: customer_id
    surrogate_key: buyer_version_key
    attributes:
      - { name: city, scd_type: 2 }
      - { name: name, scd_type: 1 }
`,
};

export interface Step {
  readonly kind: string;
  readonly answers: Answers;
  /** What the step is called in tests. */
  readonly title: string;
}

const step = (kind: string, answers: Answers, title = kind): Step => ({ kind, answers, title });
const TIERS = 'stg_crm__tier_changes';

/** Each may build on those before it. */
export const STEPS: readonly Step[] = [
  step('staging', { from: 'crm.customers' }),
  step(
    'staging',
    { from: 'crm.tier_changes', key: ['customer_id', 'changed_at'], order_by: ['_loaded_at'] },
    'staging of a log',
  ),
  step('staging', { from: 'shop.orders' }, 'staging of orders'),
  step('staging', { from: 'shop.order_lines', key: ['order_id', 'line_number'] }, 'staging of a composite key'),
  step('staging', { from: 'shop.stock', key: ['warehouse_id', 'product_id', 'measured_at'] }, 'staging of stock'),
  step('staging', { from: 'shop.movements' }, 'staging of movements'),
  step('staging', { from: 'shop.shipments', key: ['order_id'] }, 'staging of shipments'),
  step('staging', { from: 'shop.order_events', key: ['event_id'] }, 'staging of events'),
  step('staging', { from: 'bank.account_owners', key: ['account_id', 'customer_id'] }, 'staging of pairs'),
  step(
    'staging',
    { from: 'school.attendance', key: ['student_id', 'class_id', 'attended_at'] },
    'staging of attendance',
  ),
  step('snapshot', { from: 'stg_crm__customers', hard_deletes: 'invalidate' }),
  step('date-dimension', { start: '2024-01-01', end: '2024-12-31', fiscal_start_month: 4 }),
  step('dimension', { scd: '1', from: 'stg_crm__customers', name: 'dim_customers' }, 'dimension of type 1'),
  step('dimension', { scd: '2', from: TIERS, name: 'dim_tiers' }, 'dimension of type 2'),
  step(
    'dimension',
    { scd: '2', from: 'snp_customers_daily', key: ['customer_id'], name: 'dim_customer_versions' },
    'dimension of type 2 from a snapshot',
  ),
  step('dimension', { scd: '3', from: TIERS, name: 'dim_tiers_previous' }, 'dimension of type 3'),
  step(
    'dimension',
    { scd: '3', from: 'snp_customers_daily', key: ['customer_id'], name: 'dim_customers_previous' },
    'dimension of type 3 from a snapshot',
  ),
  step('dimension', { scd: '4', from: TIERS, name: 'dim_tiers_split' }, 'dimension of type 4'),
  step(
    'dimension',
    { scd: '4', from: 'snp_customers_daily', key: ['customer_id'], name: 'dim_customers_split' },
    'dimension of type 4 from a snapshot',
  ),
  step('dimension', { scd: '6', from: TIERS, name: 'dim_tiers_hybrid' }, 'dimension of type 6'),
  step('fact', { from: 'stg_shop__orders', dimensions: ['dim_customers', 'dim_tiers', 'dim_dates'] }),
  step('fact', { from: 'stg_shop__order_lines', load: 'incremental', updated_at: '_loaded_at' }, 'fact, incremental'),
  step('periodic-snapshot-fact', {
    from: 'stg_shop__stock',
    event_time: 'measured_at',
    key: ['warehouse_id', 'product_id'],
  }),
  step(
    'periodic-snapshot-fact',
    { from: 'stg_shop__movements', measured: 'movement', period: 'month', key: ['warehouse_id', 'product_id'] },
    'periodic snapshot of movements',
  ),
  step('accumulating-fact', { from: 'stg_shop__shipments' }),
  step(
    'accumulating-fact',
    { from: 'stg_shop__order_events', event: 'event_name', key: ['order_id'], events: ['placed', 'paid', 'shipped'] },
    'accumulating fact of a log',
  ),
  step('factless-fact', { from: 'stg_school__attendance', key: ['student_id', 'class_id'] }),
  step('bridge', { from: 'stg_bank__account_owners', weight: 'column' }),
  step('bridge', { from: 'stg_bank__account_owners', name: 'brg_account_owners_equal' }, 'bridge with equal weights'),
  step('one-big-table', { from: 'fct_orders' }),
  step('hub', { from: 'stg_crm__customers', name: 'hub_customer' }),
  step('hub', { from: 'stg_shop__orders', name: 'hub_order' }, 'hub of orders'),
  step('link', { from: 'stg_shop__orders' }),
  step('satellite', { from: TIERS, hub: 'hub_customer', name: 'sat_customer_tiers' }),
  step('staging', { from: 'shop.order_deltas', key: ['order_id'] }, 'staging of what was loaded last'),
  step(
    'incremental',
    { from: 'stg_shop__order_deltas', key: ['order_id'], name: 'int_order_states_merged' },
    'incremental model of deltas',
  ),
  step('incremental', { from: 'stg_shop__orders', name: 'int_orders_merged' }),
  step('intermediate', { from: 'stg_shop__order_lines', key: ['order_id'] }),
  step(
    'intermediate',
    { from: 'stg_shop__orders', shape: 'joined', with: 'stg_crm__customers' },
    'intermediate, joined',
  ),
  step(
    'intermediate',
    {
      from: 'stg_shop__order_events',
      shape: 'deduplicated',
      key: ['order_id', 'event_name'],
      order_by: ['happened_at'],
    },
    'intermediate, deduplicated',
  ),
  step('mart', { from: 'fct_orders', dimension: 'dim_customers', attributes: ['city'], period: 'month' }),
  step(
    'mart',
    { from: 'fct_stock_daily', time: 'snapshot_date', period: 'month', by: ['warehouse_id'] },
    'mart of a balance',
  ),
  step('star', {
    from: 'specifications/sales.specification.yml',
    start: '2024-01-01',
    end: '2024-12-31',
    sources: [
      'fct_sales=stg_shop__orders',
      'fct_sale_lines=stg_shop__order_lines',
      'dim_buyers=stg_crm__customers',
      ...['dim_levels', 'dim_level_changes', 'dim_level_split', 'dim_level_mixed'].map(name => `${name}=${TIERS}`),
      'dim_buyer_versions=snp_customers_daily',
    ],
  }),
  step('quality-checks', {
    from: 'fct_orders',
    checks: ['completeness', 'uniqueness', 'volume', 'referential', 'distribution', 'reconciliation', 'freshness'],
    loaded_at: 'ordered_at',
    column: 'status',
    max_percent: '60',
    other: 'stg_shop__orders',
    measure: 'order_amount',
    max_rows: '3',
  }),
];

const OWNED = { owner: 'sales', consumers: ['finance'], channel: '#sales' };

/** Kinds that write documents, YAML and snapshots as blocks of SQL: nothing that has to be built to be seen right. */
export const MORE_FILES: { readonly [path: string]: string } = {
  'contracts/movements.contract.yml': `contract:
  name: fct_movements_monthly
  version: 1.0.0
  owner: sales
  description: Movements by month.
  consumers: [finance]
  schema:
    - { column: warehouse_id, type: integer, nullable: false, description: The warehouse. }
    - { column: moved_quantity, type: integer, nullable: false, description: Pieces moved. }
  sla: { freshness_hours: 24 }
  breaking_change_policy: version-bump
  notification_channel: "#sales"
`,
};

export const MORE_STEPS: readonly Step[] = [
  step(
    'snapshot',
    { from: 'stg_shop__shipments', form: 'sql', name: 'snp_shipments_hourly', hard_deletes: 'ignore' },
    'snapshot as a block',
  ),
  step(
    'snapshot',
    { from: 'stg_shop__stock', form: 'sql', strategy: 'check', name: 'snp_stock_hourly', hard_deletes: 'ignore' },
    'snapshot as a block that compares',
  ),
  step('sources', { source: 'legacy', tables: ['items'], loaded_at: '_loaded_at' }),
  step('import-ddl', {
    ddl: "create table old.parts (part_id int not null primary key, part_name varchar(20) default 'x', -- what it is called\n made_at timestamp);",
    source: 'old',
    into: ['sources', 'staging'],
  }),
  step('tests', { from: 'fct_orders', status: 'status', values: ['open', 'paid'] }),
  step('contract', { from: 'dim_customers', ...OWNED }),
  step('contract', { from: 'fct_orders', form: 'odcs', ...OWNED }, 'contract, ODCS'),
  step('contract', { from: 'fct_order_lines', form: 'dcs', ...OWNED }, 'contract, Data Contract Specification'),
  step('contract', { from: 'dim_dates', form: 'properties', ...OWNED }, 'contract, properties'),
  step('contract-tests', { contract: 'contracts/movements.contract.yml' }),
  step('specification', { from: 'fct_attendance' }),
  step('pipeline', { from: 'fct_orders', owner: 'sales' }),
  step('catalog', { from: 'fct_orders', owner: 'sales' }),
  step('brief', { consumers: ['finance'] }),
  step('dashboard', { owner: 'sales' }),
  step('cost', { pipelines: ['orders'] }),
  step('feature-store', { from: 'dim_customers', owner: 'sales' }),
];

export interface Generated {
  readonly title: string;
  readonly path: string;
  readonly text: string;
}

/** The project with all that the steps write; throws at a step that writes nothing. */
export function generateAll(
  dialect: Dialect,
  more: { readonly [path: string]: string } = {},
  steps: readonly Step[] = STEPS,
): { readonly workspace: Workspace; readonly generated: readonly Generated[]; readonly messages: readonly string[] } {
  const workspace = new Workspace({ rules: RULES });
  const files = { ...FILES, 'grainline.yml': `dialect: ${dialect}\nextends: [kimball, recommended]\n`, ...more };
  workspace.apply(Object.entries(files).map(([path, text]) => ({ uri: `${ROOT}/${path}`, text })));
  const generated: Generated[] = [];
  const messages: string[] = [];
  for (const { kind: id, answers, title } of steps) {
    const kind = kindById(id);
    const context = kind && contextFor(workspace.projectQueries, ROOT, kind);
    if (!kind || !context) throw new Error(`There is no kind ${id}.`);
    const planned = planFiles(kind, answers, context, ROOT);
    if ('problem' in planned) throw new Error(`${title}: ${planned.problem}`);
    messages.push(...planned.messages.map(message => `${title}: ${message}`));
    const edited = planned.edits.map(({ uri, edits }) => ({
      uri,
      text: applyEdits(workspace.textOf(uri) ?? '', edits) ?? '',
    }));
    workspace.apply([...planned.files.map(({ uri, text }) => ({ uri, text })), ...edited]);
    generated.push(...planned.files.map(({ uri, text }) => ({ title, path: relativePath(ROOT, uri) ?? uri, text })));
  }
  return { workspace, generated, messages };
}
