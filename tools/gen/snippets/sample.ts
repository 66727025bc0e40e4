/** The project that snippets speak of: its sources. What generators make of them is added as they make it. */

const TYPES: { readonly [word: string]: string } = {
  int: 'integer',
  text: 'varchar',
  num: 'decimal(18, 2)',
  ts: 'timestamp',
};

/** Tables by source: columns with their types and what they are. */
const TABLES: { readonly [source: string]: { readonly [table: string]: readonly string[] } } = {
  crm: {
    customers: [
      'id int Number of the customer.',
      'name text Name of the customer.',
      'country_code text Country of the customer, ISO 3166.',
      'updated_at ts When the row changed last.',
      '_loaded_at ts When the row was loaded.',
    ],
    membership_changes: [
      'member_id int Number of the member.',
      'tier_name text Tier of the membership.',
      'changed_at ts When the change took effect.',
      '_loaded_at ts When the row was loaded.',
    ],
  },
  shop: {
    orders: [
      'order_id int Number of the order.',
      'customer_id int Who ordered.',
      'order_status text Where the order stands.',
      'order_amount num Value of the order, EUR.',
      'ordered_at ts When it was ordered.',
      'updated_at ts When the row changed last.',
      '_loaded_at ts When the row was loaded.',
    ],
    order_lines: [
      'order_id int Number of the order.',
      'line_number int Number of the line within the order.',
      'product_id int What was ordered.',
      'quantity int Pieces ordered.',
      'line_amount num Value of the line, EUR.',
      '_loaded_at ts When the row was loaded.',
    ],
    order_events: [
      'event_id int Number of the event.',
      'order_id int Number of the order.',
      'event_name text What happened.',
      'happened_at ts When it happened.',
      '_loaded_at ts When the row was loaded.',
    ],
    shipments: [
      'order_id int Number of the order.',
      'picked_at ts When it was picked.',
      'shipped_at ts When it was shipped.',
      'delivered_at ts When it was delivered.',
      'updated_at ts When the row changed last.',
    ],
    stock: [
      'product_id int What is held.',
      'stock_quantity int Pieces held.',
      'measured_at ts When it was counted.',
      '_loaded_at ts When the row was loaded.',
    ],
    movements: [
      'movement_id int Number of the movement.',
      'product_id int What was moved.',
      'moved_quantity int Pieces moved; negative when they left.',
      'moved_at ts When it was moved.',
    ],
  },
  bank: {
    account_owners: [
      'account_id int Number of the account.',
      'customer_id int Who owns it.',
      'owned_percent num Share of the account, percent.',
    ],
  },
  school: {
    attendance: ['student_id int Who attended.', 'class_id int What was attended.', 'attended_at ts When it began.'],
  },
};

export const ROOT = 'file:///project';

export const FILES: { readonly [path: string]: string } = {
  'dbt_project.yml': `name: project
version: "1.0.0"
profile: project
flags:
  require_generic_test_arguments_property: true
models:
  project:
    staging:
      +materialized: view
    marts:
      +materialized: table
`,
  'grainline.yml': 'extends: [kimball, recommended]\n',
  'packages.yml':
    'packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n  - package: metaplane/dbt_expectations\n    version: 0.10.9\n',
  'models/staging/_sources.yml': sourcesYaml(),
  // Models that have no entry yet, for the generators that write one.
  'models/intermediate/int_orders_priced.sql': `select
    cast(order_id as integer) as order_id,
    cast(order_status as varchar) as order_status,
    cast(order_amount as decimal(18, 2)) as order_amount
from {{ ref('stg_shop__orders') }}
`,
};

function sourcesYaml(): string {
  const lines = ['sources:'];
  for (const [source, tables] of Object.entries(TABLES)) {
    lines.push(`  - name: ${source}`, `    description: What ${source} delivers.`, '    tables:');
    for (const [table, columns] of Object.entries(tables)) {
      const thing = table.replaceAll('_', ' ');
      lines.push(`      - name: ${table}`, `        description: Rows of ${thing}, as delivered.`, '        columns:');
      for (const column of columns) {
        const [name = '', type = '', ...words] = column.split(' ');
        lines.push(
          `          - name: ${name}`,
          `            data_type: ${TYPES[type] ?? type}`,
          `            description: "${words.join(' ')}"`,
        );
      }
    }
  }
  return `${lines.join('\n')}\n`;
}
