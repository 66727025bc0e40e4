import type { PlacedColumn } from '../../project/facts.ts';
import { defineRule, type ProjectView, type RuleFix } from '../rule.ts';
import { removeListItem } from '../yaml-edits.ts';

export default defineRule({
  summary: 'A column that is listed twice under one model, seed, snapshot or source table.',
  why: 'dbt runs the tests of both but keeps the description, type and settings of the last one only: those of the other are lost without a word.',
  details: 'The fix is safe where both entries say the same; otherwise a person has to look at what differs.',
  severity: 'warning',
  on: ['yaml:entry', 'yaml:source'],
  check(subject, { project, file, report }) {
    for (const { facts, columns } of 'tables' in subject ? subject.tables : [subject]) {
      const seen = new Map<string, PlacedColumn>();
      for (const column of columns) {
        const key = column.facts.quote ? column.facts.name : column.facts.name.toLowerCase();
        const first = seen.get(key);
        if (first === undefined) {
          seen.set(key, column);
          continue;
        }
        const isSame = JSON.stringify(first.facts) === JSON.stringify(column.facts);
        report(
          column.nameAt,
          isSame
            ? `The column '${column.facts.name}' of '${facts.name}' is listed twice, with the same words. Remove one.`
            : `The column '${column.facts.name}' of '${facts.name}' is listed twice, and dbt keeps the description and settings of the last entry only. Put the two together.`,
          {
            fixes: project ? [removal(first, column, isSame, file, project)] : [],
            related: [{ file, span: first.nameAt, message: 'It is listed here first' }],
          },
        );
      }
    }
  },
  examples: {
    'the same entry again': `
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: order_id
              description: Key.
            - name: status
            - name: order_id
                    ^^^^^^^^ warning: is listed twice, with the same words
              description: Key.
      ->
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: order_id
              description: Key.
            - name: status
    `,
    'two entries that differ': `
      //- models/schema.yml
      sources:
        - name: shop
          tables:
            - name: orders
              columns:
                - name: id
                  data_tests: [unique]
                - name: ID
                        ^^ of the last entry only
                  description: Key.
      -> Remove the first entry
      //- models/schema.yml
      sources:
        - name: shop
          tables:
            - name: orders
              columns:
                - name: ID
                  description: Key.
    `,
    'one name in two models': `
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: id }, { name: status }]
        - name: lines
          columns: [{ name: id }]
    `,
    'quoted names that differ in case': `
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: Id, quote: true }, { name: ID, quote: true }]
    `,
  },
});

/** Of two that differ, dbt keeps the last. */
function removal(
  first: PlacedColumn,
  second: PlacedColumn,
  isSame: boolean,
  file: string,
  project: ProjectView,
): RuleFix {
  const elsewhere = () => {
    const text = project.textOf(file) ?? '';
    const edit = removeListItem(text, isSame ? second.at : first.at);
    return edit ? { edits: [{ file, edits: [edit] }] } : {};
  };
  return { title: isSame ? 'Remove the second entry' : 'Remove the first entry', safe: isSame, edits: [], elsewhere };
}
