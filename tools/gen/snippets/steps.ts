/** The runs of generators that make snippets, in their order: later ones read what earlier ones wrote. */

import { DOCUMENT_STEPS } from './document-steps.ts';
import type { Step } from './kinds.ts';

const CHANGES = 'stg_crm__membership_changes';
const VERSIONS = 'snp_customers_daily';

/** Models that others need. */
const STAGING: readonly Step[] = [
  { kind: 'staging', answers: { from: 'crm.membership_changes', key: ['member_id', 'changed_at'] } },
  { kind: 'staging', answers: { from: 'shop.orders' } },
  { kind: 'staging', answers: { from: 'shop.order_lines', key: ['order_id', 'line_number'] } },
  { kind: 'staging', answers: { from: 'shop.order_events', key: ['event_id'] } },
  { kind: 'staging', answers: { from: 'shop.shipments', key: ['order_id'] } },
  { kind: 'staging', answers: { from: 'shop.stock', key: ['product_id', 'measured_at'] } },
  { kind: 'staging', answers: { from: 'shop.movements' } },
  { kind: 'staging', answers: { from: 'bank.account_owners', key: ['account_id', 'customer_id'] } },
  { kind: 'staging', answers: { from: 'school.attendance', key: ['student_id', 'class_id', 'attended_at'] } },
];

const LAYERS: readonly Step[] = [
  {
    kind: 'staging',
    answers: { from: 'crm.customers' },
    snippets: [
      {
        group: 'Layers',
        file: '.sql',
        name: 'Staging model, latest row per key',
        prefix: ['gl-staging-latest', 'staging model, deduplicated'],
        description:
          'A source table that may hold a key several times: its newest row, with the names of the project. Of equally new rows the same one wins in every run.',
        stops: ['crm', 'customers', 'id', 'customer_id', 'name', 'country_code', 'updated_at', '_loaded_at'],
      },
    ],
  },
  ...STAGING,
  {
    kind: 'intermediate',
    answers: { from: 'stg_shop__order_lines', key: ['order_id'] },
    snippets: [
      {
        group: 'Layers',
        file: '.sql',
        name: 'Intermediate model, summed up',
        prefix: ['gl-intermediate', 'gl-intermediate-aggregated', 'intermediate model', 'aggregate'],
        description: 'Rows summed up by the key of what they belong to, so that a join with it counts nothing twice.',
        stops: ['order_lines', 'stg_shop__order_lines', 'order_id', 'order_line_count', 'quantity', 'line_amount'],
      },
    ],
  },
  {
    kind: 'intermediate',
    answers: { from: 'stg_shop__orders', shape: 'joined', with: 'stg_crm__customers' },
    snippets: [
      {
        group: 'Layers',
        file: '.sql',
        name: 'Intermediate model, joined',
        prefix: ['gl-intermediate-joined', 'intermediate model, joined'],
        description: 'A model with the columns of another one that has one row per key: left, so that no row is lost.',
        stops: [
          'orders',
          'stg_shop__orders',
          'stg_crm__customers',
          'order_id',
          'customer_id',
          'order_status',
          'order_amount',
          'ordered_at',
          'country_code',
        ],
      },
    ],
  },
  {
    kind: 'intermediate',
    answers: {
      from: 'stg_shop__order_events',
      shape: 'deduplicated',
      key: ['order_id', 'event_name'],
      order_by: ['happened_at'],
    },
    snippets: [
      {
        group: 'Layers',
        file: '.sql',
        name: 'Intermediate model, deduplicated',
        prefix: ['gl-intermediate-deduplicated', 'intermediate model, deduplicated'],
        description: 'The newest row of each key; of equally new ones the same one in every run.',
        stops: [
          'order_events',
          'stg_shop__order_events',
          'event_id',
          'order_id',
          'event_name',
          'happened_at',
          '_loaded_at',
        ],
      },
    ],
  },
  {
    kind: 'incremental',
    answers: { from: 'stg_shop__orders', name: 'int_orders_merged' },
    snippets: [
      {
        group: 'Incremental models',
        file: '.sql',
        name: 'Incremental model with lookback',
        prefix: ['gl-incremental', 'gl-incremental-merge', 'incremental model', 'merge with lookback'],
        description:
          'The newest row per key, merged run by run. It reads the last days again, for rows that arrive late; a late row does not overwrite a newer one, and a second run changes nothing.',
        stops: [
          'delete+insert|merge',
          'append_new_columns|sync_all_columns|fail|ignore',
          'stg_shop__orders',
          'order_id',
          'customer_id',
          'order_status',
          'order_amount',
          'ordered_at',
          'updated_at',
          '_loaded_at',
          '72',
        ],
      },
    ],
  },
];

const SNAPSHOTS: readonly Step[] = [
  {
    kind: 'snapshot',
    answers: {
      from: 'stg_crm__customers',
      strategy: 'timestamp',
      updated_at: 'updated_at',
      hard_deletes: 'ignore',
      form: 'yaml',
    },
    snippets: [
      {
        group: 'Sources and snapshots',
        file: '.yml',
        name: 'Snapshot',
        prefix: ['gl-snapshot', 'gl-snapshot-timestamp', 'snapshot'],
        description:
          'A dbt snapshot (dbt 1.9 and newer): keeps a version of each row whenever its time of change moves on.',
        stops: [
          'snp_customers_daily',
          'stg_crm__customers',
          'customer',
          'customer_id',
          'updated_at: [[updated_at]]',
          'ignore|invalidate|new_record',
          'Number of the customer.',
        ],
      },
    ],
  },
  {
    kind: 'snapshot',
    answers: {
      from: 'stg_crm__customers',
      name: 'snp_customers_compared',
      strategy: 'check',
      hard_deletes: 'ignore',
      form: 'yaml',
    },
    apart: true,
    snippets: [
      {
        group: 'Sources and snapshots',
        file: '.yml',
        name: 'Snapshot, by comparing columns',
        prefix: ['gl-snapshot-check', 'snapshot, check columns'],
        description: 'A dbt snapshot for rows without a time of change: compares the columns named.',
        stops: [
          'snp_customers_compared',
          'stg_crm__customers',
          'customer',
          'customer_id',
          'name, country_code',
          'ignore|invalidate|new_record',
          'Number of the customer.',
        ],
      },
    ],
  },
  {
    kind: 'snapshot',
    answers: {
      from: 'stg_crm__customers',
      name: 'snp_customers_hourly',
      strategy: 'timestamp',
      updated_at: 'updated_at',
      hard_deletes: 'ignore',
      form: 'sql',
    },
    apart: true,
    snippets: [
      {
        group: 'Snapshots',
        file: '.sql',
        name: 'Snapshot',
        prefix: ['gl-snapshot', 'gl-snapshot-timestamp', 'snapshot'],
        description:
          'A dbt snapshot as a block of SQL: keeps a version of each row whenever its time of change moves on.',
        stops: [
          'snp_customers_hourly',
          'customer_id',
          "updated_at='[[updated_at]]'",
          'ignore|invalidate|new_record',
          'stg_crm__customers',
        ],
      },
    ],
  },
  {
    kind: 'snapshot',
    answers: {
      from: 'stg_crm__customers',
      name: 'snp_customers_compared',
      strategy: 'check',
      hard_deletes: 'ignore',
      form: 'sql',
    },
    apart: true,
    snippets: [
      {
        group: 'Snapshots',
        file: '.sql',
        name: 'Snapshot, by comparing columns',
        prefix: ['gl-snapshot-check', 'snapshot, check columns'],
        description: 'A dbt snapshot for rows without a time of change: compares the columns named.',
        stops: [
          'snp_customers_compared',
          'customer_id',
          'name',
          'country_code',
          'ignore|invalidate|new_record',
          'stg_crm__customers',
        ],
      },
    ],
  },
];

const CHANGE_LOG_STOPS = ['stg_crm__membership_changes', 'member_id', '*tier_name*', 'changed_at', '_loaded_at'];
const MEMBERSHIP_ENTRY = ['membership', 'member_id', 'membership_key', '*tier_name*', 'Tier of the membership.'];

const DIMENSIONS: readonly Step[] = [
  {
    kind: 'date-dimension',
    answers: {},
    snippets: [
      {
        group: 'Dimensions',
        file: '.sql',
        name: 'Date dimension',
        prefix: ['gl-date-dimension', 'date dimension', 'calendar'],
        description: 'One row per day, with weeks, months, quarters and fiscal years, from plain SQL.',
        stops: ['2020-01-01', '2035-12-31'],
      },
    ],
  },
  {
    kind: 'dimension',
    answers: { scd: '1', from: 'stg_crm__customers', name: 'dim_customers' },
    snippets: [
      {
        group: 'Dimensions',
        file: '.sql',
        name: 'Dimension, type 1',
        prefix: ['gl-dimension', 'gl-dimension-1', 'gl-scd1', 'dimension, type 1'],
        description: 'A dimension that shows things as they are today: new values replace old ones.',
        stops: [
          'stg_crm__customers',
          'customer_id',
          'customer_key',
          'name',
          'country_code',
          'updated_at',
          '_loaded_at',
        ],
      },
      {
        group: 'Models',
        file: '.yml',
        name: 'Entry of a dimension, type 1',
        prefix: ['gl-schema-dimension-1', 'gl-schema-dimension', 'dimension entry, type 1'],
        description: 'A dimension without history, with its meaning and the tests of its keys.',
        stops: [
          'dim_customers',
          'customer',
          'customer_id',
          'customer_key',
          'name: [[name]]',
          'Name of the customer.',
          'country_code',
          'Country of the customer, ISO 3166.',
        ],
      },
    ],
  },
  {
    kind: 'dimension',
    answers: { scd: '2', from: CHANGES, name: 'dim_memberships' },
    snippets: [
      {
        group: 'Dimensions',
        file: '.sql',
        name: 'Dimension, type 2',
        prefix: ['gl-dimension-2', 'gl-scd2', 'dimension, type 2'],
        description:
          'A dimension that keeps history, from a whole change log: late rows land in their place, rows that change nothing are dropped. Repeat the lines of the tracked column for each further one. Redshift and Spark write IS DISTINCT FROM differently.',
        stops: [...CHANGE_LOG_STOPS, 'membership_key'],
      },
      {
        group: 'Models',
        file: '.yml',
        name: 'Entry of a dimension, type 2',
        prefix: ['gl-schema-dimension-2', 'dimension entry, type 2'],
        description:
          'A dimension that keeps history: the natural key repeats, so only its current version is tested as unique.',
        stops: ['dim_memberships', ...MEMBERSHIP_ENTRY],
      },
    ],
  },
  {
    kind: 'dimension',
    answers: { scd: '2', from: VERSIONS, key: ['customer_id'], name: 'dim_customer_versions' },
    snippets: [
      {
        group: 'Dimensions',
        file: '.sql',
        name: 'Dimension, type 2, from a snapshot',
        prefix: ['gl-dimension-2-snapshot', 'dimension, type 2, from a snapshot'],
        description: 'A dimension that keeps history, with the periods that a dbt snapshot wrote.',
        stops: [VERSIONS, 'customer_id', 'customer_key', 'name', 'country_code'],
      },
    ],
  },
  {
    kind: 'dimension',
    answers: { scd: '3', from: CHANGES, name: 'dim_memberships_previous' },
    snippets: [
      {
        group: 'Dimensions',
        file: '.sql',
        name: 'Dimension, type 3',
        prefix: ['gl-dimension-3', 'gl-scd3', 'dimension, type 3'],
        description: 'A dimension with the value before the last change, and when that was, beside the present one.',
        stops: [...CHANGE_LOG_STOPS, 'membership_key'],
      },
      {
        group: 'Models',
        file: '.yml',
        name: 'Entry of a dimension, type 3',
        prefix: ['gl-schema-dimension-3', 'dimension entry, type 3'],
        description: 'A dimension that also keeps the value before the last change.',
        stops: ['dim_memberships_previous', ...MEMBERSHIP_ENTRY],
      },
    ],
  },
  {
    kind: 'dimension',
    answers: { scd: '4', from: CHANGES, name: 'dim_memberships_now' },
    snippets: [
      {
        group: 'Dimensions',
        file: 'dim_memberships_now.sql',
        name: 'Dimension, type 4',
        prefix: ['gl-dimension-4', 'gl-scd4', 'dimension, type 4'],
        description: 'The present rows of a dimension whose history is kept in a model beside it.',
        stops: ['dim_memberships_now_history', 'member_id', 'membership_key', 'tier_name'],
      },
      {
        group: 'Dimensions',
        file: '_history.sql',
        name: 'Dimension, type 4, its history',
        prefix: ['gl-dimension-4-history', 'dimension, type 4, history'],
        description: 'The history beside a dimension of type 4: one row per key and period in which its values held.',
        stops: [...CHANGE_LOG_STOPS],
      },
      {
        group: 'Models',
        file: '.yml',
        name: 'Entries of a dimension, type 4',
        prefix: ['gl-schema-dimension-4', 'dimension entry, type 4'],
        description: 'A dimension with its present rows, and its history as a model of its own.',
        stops: ['dim_memberships_now', 'dim_memberships_now_history', ...MEMBERSHIP_ENTRY],
      },
    ],
  },
  {
    kind: 'dimension',
    answers: { scd: '6', from: CHANGES, name: 'dim_memberships_both' },
    snippets: [
      {
        group: 'Dimensions',
        file: '.sql',
        name: 'Dimension, type 6',
        prefix: ['gl-dimension-6', 'gl-scd6', 'dimension, type 6'],
        description: 'A dimension that keeps history and has the present value on every version of it.',
        stops: [...CHANGE_LOG_STOPS, 'membership_key'],
      },
      {
        group: 'Models',
        file: '.yml',
        name: 'Entry of a dimension, type 6',
        prefix: ['gl-schema-dimension-6', 'dimension entry, type 6'],
        description: 'A dimension that keeps history and has the present value on every version of it.',
        stops: ['dim_memberships_both', ...MEMBERSHIP_ENTRY],
      },
    ],
  },
];

const FACTS: readonly Step[] = [
  {
    kind: 'fact',
    answers: { from: 'stg_shop__orders', dimensions: ['dim_customer_versions', 'dim_dates'] },
    snippets: [
      {
        group: 'Facts',
        file: '.sql',
        name: 'Fact',
        prefix: ['gl-fact', 'fact table', 'transaction fact'],
        description:
          'One row per event, with the keys of its dimensions and its measures. The version of a type 2 dimension is the one that held then: half-open, so that no moment matches two, and left, so that no event is lost.',
        stops: [
          'orders',
          'stg_shop__orders',
          'dim_customer_versions',
          'dim_dates',
          'order_id',
          'customer_key',
          'ordered_date_key',
          'order_status',
          'ordered_at',
          'order_amount',
          'customer_id',
        ],
      },
      {
        group: 'Models',
        file: '.yml',
        name: 'Entry of a fact',
        prefix: ['gl-schema-fact', 'gl-schema', 'fact entry'],
        description: 'A fact with its grain, the roles of its keys, its measures and their tests.',
        stops: [
          'fct_orders',
          'order',
          'order_id',
          'Number of the order.',
          'customer_key',
          'customer',
          'dim_customer_versions',
          'ordered_date_key',
          'dim_dates',
          'order_status',
          'Where the order stands.',
          'ordered_at',
          'When it was ordered.',
          'order_amount',
          'Value of the order, EUR.',
          'additive|semi-additive|non-additive',
        ],
      },
    ],
  },
  {
    kind: 'fact',
    answers: { from: 'stg_shop__order_lines', load: 'incremental', updated_at: '_loaded_at' },
    snippets: [
      {
        group: 'Facts',
        file: '.sql',
        name: 'Fact, incremental',
        prefix: ['gl-fact-incremental', 'fact table, incremental'],
        description: 'A fact that reads what was loaded since the last run, and the last days again.',
        stops: [
          'delete+insert|merge',
          'append_new_columns|sync_all_columns|fail|ignore',
          'order_lines',
          'stg_shop__order_lines',
          'order_line_key',
          'order_id',
          'line_number',
          'product_id',
          'quantity',
          'line_amount',
          '_loaded_at',
          '72',
        ],
      },
    ],
  },
  {
    kind: 'periodic-snapshot-fact',
    answers: { from: 'stg_shop__stock', event_time: 'measured_at', key: ['product_id'] },
    snippets: [
      {
        group: 'Facts',
        file: '.sql',
        name: 'Periodic snapshot fact',
        prefix: ['gl-fact-periodic', 'fact table, periodic', 'periodic snapshot'],
        description:
          'One row per day and thing, also on days without a row: a level holds until the next one. Levels must not be summed over time.',
        stops: [
          'stg_shop__stock',
          'dim_dates',
          'product_id',
          'measured_at',
          'stock_quantity',
          '_loaded_at',
          'stock_day_key',
          'snapshot_date',
          'snapshot_date_key',
        ],
      },
      {
        group: 'Models',
        file: '.yml',
        name: 'Entry of a periodic snapshot fact',
        prefix: ['gl-schema-fact-periodic', 'periodic snapshot entry'],
        description: 'A fact of levels, with the column over which they must not be summed.',
        stops: [
          'fct_stock_daily',
          'product_id',
          'stock_day_key',
          'What is held.',
          'snapshot_date_key',
          'dim_dates',
          'snapshot_date',
          'stock_quantity',
          'Pieces held.',
        ],
      },
    ],
  },
  {
    kind: 'periodic-snapshot-fact',
    answers: { from: 'stg_shop__movements', measured: 'movement', period: 'month', key: ['product_id'] },
    snippets: [
      {
        group: 'Facts',
        file: '.sql',
        name: 'Periodic snapshot fact, from movements',
        prefix: ['gl-fact-periodic-movements', 'fact table, periodic, from movements', 'running balance'],
        description: 'One row per month and thing: what moved, and the balance of all movements so far.',
        stops: [
          'stg_shop__movements',
          'dim_dates',
          'product_id',
          'moved_at',
          'moved_quantity',
          'moved_quantity_balance',
          'movement_month_key',
        ],
      },
    ],
  },
  {
    kind: 'accumulating-fact',
    answers: { from: 'stg_shop__shipments' },
    snippets: [
      {
        group: 'Facts',
        file: '.sql',
        name: 'Accumulating fact',
        prefix: ['gl-fact-accumulating', 'fact table, accumulating', 'accumulating snapshot'],
        description: 'One row per process, with the time of each milestone and the days between them.',
        stops: ['stg_shop__shipments', 'order_id', '*picked*', '*shipped*', '*delivered*', 'updated_at'],
      },
      {
        group: 'Models',
        file: '.yml',
        name: 'Entry of an accumulating fact',
        prefix: ['gl-schema-fact-accumulating', 'accumulating fact entry'],
        description: 'A fact with one row per process, its milestones and the days between them.',
        stops: [
          'fct_shipment_progress',
          'shipment',
          'order_id',
          'Number of the order.',
          '*picked*',
          '*shipped*',
          '*delivered*',
        ],
      },
    ],
  },
  {
    kind: 'accumulating-fact',
    answers: {
      from: 'stg_shop__order_events',
      event: 'event_name',
      key: ['order_id'],
      events: ['placed', 'paid', 'shipped'],
    },
    snippets: [
      {
        group: 'Facts',
        file: '.sql',
        name: 'Accumulating fact, from events',
        prefix: ['gl-fact-accumulating-events', 'fact table, accumulating, from events'],
        description: 'One row per process, with its milestones gathered from a log that has a row for each.',
        stops: ['stg_shop__order_events', 'order_id', 'event_name', 'happened_at', '*placed*', '*paid*', '*shipped*'],
      },
    ],
  },
  {
    kind: 'factless-fact',
    answers: { from: 'stg_school__attendance', key: ['student_id', 'class_id'] },
    snippets: [
      {
        group: 'Facts',
        file: '.sql',
        name: 'Factless fact',
        prefix: ['gl-fact-factless', 'fact table, factless', 'coverage'],
        description: 'Which things met, or what was covered: rows to count, without a measure.',
        stops: [
          'attendance',
          'stg_school__attendance',
          'dim_dates',
          'student_id',
          'class_id',
          'attended_at',
          'attendance_key',
          'attended_date_key',
        ],
      },
      {
        group: 'Models',
        file: '.yml',
        name: 'Entry of a factless fact',
        prefix: ['gl-schema-fact-factless', 'factless fact entry'],
        description: 'A fact whose rows are counted: what met what, with its keys and their tests.',
        stops: [
          'fct_attendance',
          'attendance',
          'attendance_key',
          'student_id',
          'Who attended.',
          'class_id',
          'What was attended.',
          'attended_date_key',
          'dim_dates',
          'attended_at',
          'When it began.',
        ],
      },
    ],
  },
  {
    kind: 'bridge',
    answers: { from: 'stg_bank__account_owners', weight: 'column' },
    snippets: [
      {
        group: 'Dimensions',
        file: '.sql',
        name: 'Bridge',
        prefix: ['gl-bridge', 'bridge table', 'many-to-many'],
        description: 'Several members of a group, with weights that add up to 1 and split a measure among them.',
        stops: [
          'account_owners',
          'stg_bank__account_owners',
          'account_id',
          'customer_id',
          'owned_percent',
          'account_owner_key',
        ],
      },
      {
        group: 'Models',
        file: '.yml',
        name: 'Entry of a bridge',
        prefix: ['gl-schema-bridge', 'bridge entry'],
        description: 'A bridge with its pair of keys and its weight.',
        stops: [
          'brg_account_owners',
          'account id',
          'customer id',
          'account_id',
          'customer_id',
          'account_owner_key',
          'Number of the account.',
          'Who owns it.',
        ],
      },
    ],
  },
  {
    kind: 'mart',
    answers: { from: 'fct_orders', dimension: 'dim_customer_versions', attributes: ['country_code'], period: 'month' },
    snippets: [
      {
        group: 'Layers',
        file: '.sql',
        name: 'Mart',
        prefix: ['gl-mart', 'mart', 'report model'],
        description: 'Measures of a fact by month and by attributes, ready for a report.',
        stops: [
          'orders',
          'fct_orders',
          'dim_customer_versions',
          'ordered_at',
          'order_status',
          'country_code',
          'order_count',
          'order_amount',
          'customer_key',
        ],
      },
      {
        group: 'Models',
        file: '.yml',
        name: 'Entry of a mart',
        prefix: ['gl-schema-mart', 'mart entry'],
        description: 'A mart with its grain and its measures.',
        stops: [
          'mrt_orders_monthly',
          'month_date',
          'order_status',
          'country_code',
          'order_count',
          'order_amount',
          'Where the order stands.',
          'Country of the customer, ISO 3166.',
        ],
      },
    ],
  },
  {
    kind: 'one-big-table',
    answers: { from: 'fct_orders', dimensions: ['dim_customer_versions'] },
    snippets: [
      {
        group: 'Layers',
        file: '.sql',
        name: 'One big table',
        prefix: ['gl-one-big-table', 'gl-obt', 'one big table'],
        description: 'A fact joined with its dimensions, for tools that like one wide table.',
        stops: [
          'orders',
          'fct_orders',
          'dim_customer_versions',
          'order_id',
          'customer_key',
          'order_status',
          'ordered_at',
          'order_amount',
          'customer_name',
        ],
      },
    ],
  },
];

const VAULT: readonly Step[] = [
  {
    kind: 'hub',
    answers: { from: 'stg_crm__customers', name: 'hub_customer' },
    snippets: [
      {
        group: 'Data vault',
        file: '.sql',
        name: 'Hub',
        prefix: ['gl-hub', 'data vault hub'],
        description: 'The business keys of one thing, each inserted once, when it was first seen.',
        stops: ['customer_key', 'customer_id', 'stg_crm__customers', '_loaded_at', 'crm'],
      },
      {
        group: 'Models',
        file: '.yml',
        name: 'Entry of a hub',
        prefix: ['gl-schema-hub', 'hub entry'],
        description: 'A hub with the roles of its columns and the tests of its key.',
        stops: ['hub_customer', 'customer', 'customer_key', 'customer_id', 'Number of the customer.'],
      },
    ],
  },
  { kind: 'hub', answers: { from: 'stg_shop__orders', name: 'hub_order' } },
  {
    kind: 'link',
    answers: { from: 'stg_shop__orders' },
    snippets: [
      {
        group: 'Data vault',
        file: '.sql',
        name: 'Link',
        prefix: ['gl-link', 'data vault link'],
        description: 'Which things belong together, each relation inserted once, when it was first seen.',
        stops: [
          'customer_order_key',
          'customer_id',
          'order_id',
          'customer_key',
          'order_key',
          'stg_shop__orders',
          '_loaded_at',
          'shop',
        ],
      },
      {
        group: 'Models',
        file: '.yml',
        name: 'Entry of a link',
        prefix: ['gl-schema-link', 'link entry'],
        description: 'A link with its own key and the hubs that its foreign keys lead to.',
        stops: [
          'link_customer_order',
          'customer',
          'order',
          'customer_order_key',
          'customer_key',
          'order_key',
          'hub_customer',
          'hub_order',
        ],
      },
    ],
  },
  {
    kind: 'satellite',
    answers: { from: 'stg_crm__customers', hub: 'hub_customer', name: 'sat_customer_details' },
    snippets: [
      {
        group: 'Data vault',
        file: '.sql',
        name: 'Satellite',
        prefix: ['gl-satellite', 'data vault satellite'],
        description:
          'The attributes of a hub over time, a row inserted for each change, with a hash in which no two different rows look alike.',
        stops: [
          'stg_crm__customers',
          'customer_key',
          'customer_id',
          '*name',
          '*country_code',
          'updated_at',
          '_loaded_at',
          'crm',
        ],
      },
      {
        group: 'Models',
        file: '.yml',
        name: 'Entry of a satellite',
        prefix: ['gl-schema-satellite', 'satellite entry'],
        description: 'A satellite with its hub, the roles of its columns and the test of its key.',
        stops: [
          'sat_customer_details',
          'customer',
          'customer_key',
          'hub_customer',
          'name: [[name]]',
          'Name of the customer.',
          'country_code',
          'Country of the customer, ISO 3166.',
        ],
      },
    ],
  },
];

const ALL_CHECKS = [
  ['completeness', 'Completeness check', 'null check', 'Rows in which a required column is NULL.', ['ordered_at']],
  ['uniqueness', 'Uniqueness check', 'duplicate check', 'Keys that several rows have.', []],
  [
    'freshness',
    'Freshness check',
    'freshness check',
    'The newest row, when it is too old or there is none.',
    ['ordered_at', '24'],
  ],
  ['volume', 'Volume check', 'row count check', 'Days with too few rows, from the first to the last.', ['ordered_at']],
  [
    'customer_key',
    'Referential check',
    'orphan check',
    'Keys that the dimension does not have.',
    ['customer_key', 'dim_customer_versions'],
  ],
  ['distribution', 'Distribution check', 'skew check', 'Values that too many rows have.', ['order_status', '60']],
  [
    'reconciliation',
    'Reconciliation check',
    'reconciliation',
    'The sum of a measure, when it is not that of its source.',
    ['order_amount', 'stg_shop__orders'],
  ],
] as const;

const CHECKS: Step = {
  kind: 'quality-checks',
  answers: {
    from: 'fct_orders',
    checks: ['completeness', 'uniqueness', 'freshness', 'volume', 'referential', 'distribution', 'reconciliation'],
    loaded_at: 'ordered_at',
    column: 'order_status',
    max_percent: '60',
    other: 'stg_shop__orders',
    measure: 'order_amount',
  },
  snippets: ALL_CHECKS.map(([file, name, words, description, stops]) => ({
    group: 'Checks',
    file: `${file}.sql`,
    name,
    prefix: [`gl-check-${file === 'customer_key' ? 'referential' : file}`, words],
    description: `${description} A singular test: it fails when it returns a row.`,
    stops: ['fct_orders', ...(/completeness|uniqueness/.test(file) ? ['order_id'] : []), ...stops],
  })),
};

export const STEPS: readonly Step[] = [
  ...LAYERS,
  ...SNAPSHOTS,
  ...DIMENSIONS,
  ...FACTS,
  ...VAULT,
  CHECKS,
  ...DOCUMENT_STEPS,
];
