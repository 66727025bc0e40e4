import type { PlacedTest } from '../../project/facts.ts';
import { defineRule, type ProjectView, type RuleFix } from '../rule.ts';
import { removeListItem } from '../yaml-edits.ts';

export default defineRule({
  summary: 'The same test twice on one column or model.',
  why: 'dbt refuses two tests of one name, or runs the same query twice.',
  details: 'Tests with other arguments, another `where` or another name are not the same.',
  severity: 'warning',
  on: ['yaml:entry', 'yaml:source'],
  check(subject, { project, file, report }) {
    for (const entry of 'tables' in subject ? subject.tables : [subject]) {
      const check = (tests: readonly PlacedTest[], column?: string): void => {
        if (tests.length < 2) return;
        const name = column === undefined ? entry.facts.name : `${entry.facts.name}.${column}`;
        for (const [first, test] of repeatedIn(tests)) {
          report(test.nameAt, `'${name}' has the test ${test.facts.name} twice. Remove one.`, {
            fixes: project ? [removal(test, file, project)] : [],
            related: [{ file, span: first.nameAt, message: 'It stands here first' }],
          });
        }
      };
      check(entry.tests);
      for (const column of entry.columns) check(column.tests, column.facts.name);
    }
  },
  examples: {
    'on a column': `
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: order_id
              data_tests:
                - unique
                - not_null
                - unique
                  ^^^^^^ warning: 'orders.order_id' has the test unique twice
      ->
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: order_id
              data_tests:
                - unique
                - not_null
    `,
    'arguments in two spellings': `
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: status
              data_tests:
                - accepted_values: { values: [a, b] }
                - accepted_values:
                  ^^^^^^^^^^^^^^^ has the test accepted_values twice
                    arguments:
                      values: [a, b]
      ->
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: status
              data_tests:
                - accepted_values: { values: [a, b] }
    `,
    'other arguments, another where': `
      //- models/schema.yml
      models:
        - name: orders
          data_tests:
            - dbt_utils.expression_is_true: { expression: a > 0 }
            - dbt_utils.expression_is_true: { expression: b > 0 }
          columns:
            - name: order_id
              data_tests:
                - not_null
                - not_null: { config: { where: is_current } }
    `,
    'the same test on two columns': `
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: a, tests: [unique] }, { name: b, tests: [unique] }]
    `,
  },
});

/** Tests that stand a second time, each behind the first of its kind. */
function repeatedIn(tests: readonly PlacedTest[]): readonly (readonly [PlacedTest, PlacedTest])[] {
  const found: [PlacedTest, PlacedTest][] = [];
  const seen = new Map<string, PlacedTest>();
  for (const test of tests) {
    const key = JSON.stringify([test.facts.name, sorted(test.facts.arguments), sorted(test.facts.config)]);
    const first = seen.get(key);
    if (first) found.push([first, test]);
    else seen.set(key, test);
  }
  return found;
}

function sorted(values: { readonly [key: string]: unknown }): readonly (readonly [string, unknown])[] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}

function removal(test: PlacedTest, file: string, project: ProjectView): RuleFix {
  const elsewhere = () => {
    const edit = removeListItem(project.textOf(file) ?? '', test.at);
    return edit ? { edits: [{ file, edits: [edit] }] } : {};
  };
  return { title: 'Remove the second test', safe: true, edits: [], elsewhere };
}
