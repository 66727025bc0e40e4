/** Tests: of columns, of whole models, of the logic. */

import { group, type Snippet } from './snippet.ts';

/** A column of a model, with the snippet among its tests. */
const TEST = `models:
  - name: fct_orders_tried
    columns:
      - name: order_id
        data_tests:
          §
`;
/** A model with the snippet among its own tests. */
const MODEL_TEST = `models:
  - name: fct_orders_tried
    data_tests:
      §
`;
const COLUMN = `models:
  - name: fct_orders_tried
    columns:
      §
`;

const COLUMN_TESTS = group('Tests', 'yaml', [
  {
    name: 'Tests of a key',
    prefix: ['gl-test-key', 'unique and not_null', 'key tests'],
    description: 'What a key needs: no value twice, none missing.',
    frame: `models:
  - name: fct_orders_tried
    columns:
      - name: order_id
        §
`,
    text: 'data_tests: [unique, not_null]',
  },
  {
    name: 'unique',
    prefix: ['gl-test-unique', 'unique'],
    description: 'No value twice, among the rows that the condition leaves.',
    frame: TEST,
    text: `
- unique:
    config:
      where: «is_current»
`,
  },
  {
    name: 'not_null',
    prefix: ['gl-test-not-null', 'not_null'],
    description: 'No value missing, among the rows that the condition leaves.',
    frame: TEST,
    text: `
- not_null:
    config:
      where: «order_status <> 'cancelled'»
`,
  },
  {
    name: 'relationships',
    prefix: ['gl-test-relationships', 'relationships'],
    description: 'Every value is a key of another model.',
    frame: TEST,
    text: `
- relationships:
    arguments:
      to: ref('«dim_customers»')
      field: «customer_key»
`,
  },
  {
    name: 'accepted_values',
    prefix: ['gl-test-accepted-values', 'accepted_values'],
    description: 'No other values than these.',
    frame: TEST,
    text: `
- accepted_values:
    arguments:
      values: [«placed, shipped, delivered»]
`,
  },
  {
    name: 'accepted_range',
    prefix: ['gl-test-range', 'accepted_range', 'range test'],
    description: 'No value below or above these, both included.',
    frame: TEST,
    text: `
- dbt_utils.accepted_range:
    arguments:
      min_value: «0»
      max_value: «1000000»
`,
  },
  {
    name: 'expression_is_true',
    prefix: ['gl-test-expression', 'expression_is_true'],
    description: 'A condition that holds for every row of the model.',
    frame: MODEL_TEST,
    text: `
- dbt_utils.expression_is_true:
    arguments:
      expression: "«shipped_at >= ordered_at»"
`,
  },
  {
    name: 'unique_combination_of_columns',
    prefix: ['gl-test-unique-combination', 'unique_combination_of_columns'],
    description: 'The columns that tell rows apart only together.',
    frame: MODEL_TEST,
    text: `
- dbt_utils.unique_combination_of_columns:
    arguments:
      combination_of_columns: [«order_id, line_number»]
`,
  },
  {
    name: 'recency',
    prefix: ['gl-test-recency', 'recency'],
    description: 'The newest row is not older than this.',
    frame: MODEL_TEST,
    text: `
- dbt_utils.recency:
    arguments:
      datepart: «day|hour|week|month»
      field: «ordered_at»
      interval: «2»
`,
  },
  {
    name: 'equal_rowcount',
    prefix: ['gl-test-equal-rowcount', 'equal_rowcount'],
    description: 'As many rows as another model: a join that lost some or counted some twice is found.',
    frame: MODEL_TEST,
    text: `
- dbt_utils.equal_rowcount:
    arguments:
      compare_model: ref('«stg_shop__orders»')
`,
  },
  {
    name: 'Expectation of values',
    prefix: ['gl-expect-between', 'expect_column_values_to_be_between'],
    description: 'No value outside a range, among the rows that the condition leaves.',
    frame: TEST,
    text: `
- dbt_expectations.expect_column_values_to_be_between:
    arguments:
      min_value: «0»
      max_value: «1000000»
      row_condition: "«order_status <> 'cancelled'»"
`,
  },
  {
    name: 'Expectation of a pattern',
    prefix: ['gl-expect-regex', 'expect_column_values_to_match_regex'],
    description: 'Every value fits a regular expression.',
    frame: TEST,
    text: `
- dbt_expectations.expect_column_values_to_match_regex:
    arguments:
      regex: "«^[A-Z]{2}$»"
`,
  },
  {
    name: 'Expectation of a row count',
    prefix: ['gl-expect-row-count', 'expect_table_row_count_to_be_between'],
    description: 'As many rows as are plausible.',
    frame: MODEL_TEST,
    text: `
- dbt_expectations.expect_table_row_count_to_be_between:
    arguments:
      min_value: «1»
      max_value: «1000000»
`,
  },
  {
    name: 'Config of a test',
    prefix: ['gl-test-config', 'test severity'],
    description: 'How bad it is when a test fails, from how many rows on, and for which.',
    frame: `models:
  - name: fct_orders_tried
    columns:
      - name: order_id
        data_tests:
          - unique:
              §
`,
    text: `
config:
  severity: «error|warn»
  warn_if: "«>0»"
  error_if: "«>10»"
  where: "«ordered_at >= '2024-01-01'»"
`,
  },
  {
    name: 'Column with a foreign key',
    prefix: ['gl-relationship', 'foreign key column', 'foreign key test'],
    description: 'A column whose every value is a key of a dimension, and what it is.',
    frame: COLUMN,
    text: `
- name: «customer_key»
  description: «Who ordered.»
  config: { meta: { grainline: { role: foreign-key, references: «dim_customers» } } }
  data_tests:
    - not_null
    - relationships:
        arguments:
          to: ref('«dim_customers»')
          field: «customer_key»
`,
  },
]);

const UNIT_TESTS = group('Tests', 'yaml', [
  {
    name: 'Unit test',
    prefix: ['gl-unit-test', 'unit test'],
    description: 'What a model makes of rows that are given here (dbt 1.8 and newer).',
    text: `
unit_tests:
  - name: «test_order_amounts_are_summed»
    description: «Lines of one order are summed up.»
    model: «int_order_lines_by_order_aggregated»
    given:
      - input: ref('«stg_shop__order_lines»')
        rows:
          - { «order_id»: 1, «line_amount»: 10.00 }
          - { «order_id»: 1, «line_amount»: 5.50 }
    expect:
      rows:
        - { «order_id»: 1, «line_amount»: 15.50 }
`,
  },
  {
    name: 'Unit test of an incremental run',
    prefix: ['gl-unit-test-incremental', 'unit test, incremental'],
    description:
      'What an incremental model makes of new rows and of those it has: the input named this is the table as it was.',
    text: `
unit_tests:
  - name: «test_late_order_does_not_overwrite»
    description: «An order that comes late overwrites no newer one.»
    model: «int_orders_merged»
    overrides:
      macros:
        is_incremental: true
    given:
      - input: ref('«stg_shop__orders»')
        rows:
          - { «order_id»: 1, «order_status»: placed, «updated_at»: 2024-01-01 08:00:00, «_loaded_at»: 2024-01-02 00:00:00 }
      - input: this
        rows:
          - { «order_id»: 1, «order_status»: shipped, «updated_at»: 2024-01-01 09:00:00, «_loaded_at»: 2024-01-02 00:00:00 }
    expect:
      rows: []
`,
  },
  {
    name: 'Unit test with SQL',
    prefix: ['gl-unit-test-sql', 'unit test, sql'],
    description:
      'A unit test whose rows are SQL, for types that YAML cannot say. Every column that the model reads or has must be there.',
    text: `
unit_tests:
  - name: «test_order_amounts_are_summed»
    description: «Lines of one order are summed up.»
    model: «int_order_lines_by_order_aggregated»
    given:
      - input: ref('«stg_shop__order_lines»')
        format: sql
        rows: |
          select 1 as «order_id», 2 as «quantity», cast(10 as decimal(18, 2)) as «line_amount»
          union all
          select 1 as «order_id», 1 as «quantity», cast(5.5 as decimal(18, 2)) as «line_amount»
    expect:
      format: sql
      rows: |
        select 1 as «order_id», 2 as «order_line_count», 3 as «quantity», cast(15.5 as decimal(18, 2)) as «line_amount»
`,
  },
]);

export const YAML_TESTS: readonly Snippet[] = [...COLUMN_TESTS, ...UNIT_TESTS];
