import type { PlacedTest, TestFacts } from '../../project/facts.ts';
import type { Literal, Select } from '../../syntax/sql/tree.ts';
import { definitionOf, literalsOf } from '../defining.ts';
import { defineRule, insert, type ProjectView, type RuleFix, type SqlUnit } from '../rule.ts';
import { isWritten } from '../written.ts';

export default defineRule({
  summary: 'A value that the SQL writes into a column and its `accepted_values` test does not list.',
  why: 'The test fails as soon as a row takes that branch; until then the documented values are incomplete.',
  details:
    'Fires for columns that are a literal or a CASE of literals, followed through CTEs. Silent for tests with a `where`, tests that are off, values written by Jinja or in a macro (which serves many columns), and where a later filter on the column may remove the value.',
  severity: 'warning',
  on: 'model',
  check({ node }, { unit, project, report }) {
    if (!unit || !project) return;
    for (const column of node.properties?.columns ?? []) {
      const test = column.tests.find(isAcceptedValues);
      const values = test?.arguments['values'];
      if (!test || !Array.isArray(values) || values.length === 0) continue;
      const accepted = new Set(values.map(one => String(one)));
      if (values.some(one => one === undefined || (typeof one === 'string' && /\{[{%]/.test(one)))) continue;
      const definition = definitionOf(column.name, unit);
      if (!definition || definition.through.some(one => mayRemove(one, column.name, unit))) continue;
      const literals = literalsOf(definition.expression);
      for (const literal of literals ?? []) {
        if (accepted.has(literal.value) || !isWritten(unit, literal) || isInMacro(unit, literal)) continue;
        if (literal.type !== 'string' && [...accepted].some(one => Number(one) === Number(literal.value))) continue;
        report(
          literal,
          `The accepted_values test of '${column.name}' does not list '${literal.value}', so it fails when a row takes this value. Add it to the test, or correct it here.`,
          { fixes: [addToTest(node.id, column.name, literal, project)] },
        );
      }
    }
  },
  examples: {
    'a branch of CASE': `
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: size
              data_tests:
                - accepted_values:
                    arguments: { values: [small, large] }
      //- models/orders.sql
      with sized as (
        select id, case when amount > 100 then 'large' when amount > 50 then 'medium' else 'small' end as size
                                                                             ^^^^^^^^ warning: does not list 'medium'
        from {{ ref('x') }}
      )
      select * from sized
      ->
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: size
              data_tests:
                - accepted_values:
                    arguments: { values: [small, large, medium] }
    `,
    'a literal, with values in lines': `
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: channel
              tests:
                - accepted_values:
                    values:
                      - 'web'
      //- models/orders.sql
      select id, 'shop' as channel from {{ ref('x') }}
                 ^^^^^^ does not list 'shop'
      -> Add 'shop' to the test
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: channel
              tests:
                - accepted_values:
                    values:
                      - 'web'
                      - 'shop'
    `,
    'all listed; NULL passes; numbers': `
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: size
              tests: [{ accepted_values: { values: [small, large] } }]
            - name: level
              tests: [{ accepted_values: { values: [1, 2], quote: false } }]
      //- models/orders.sql
      select
        case when a > 1 then 'small' when a > 2 then 'large' else null end as size,
        case when a > 1 then 1 else 2 end as level
      from {{ ref('x') }}
    `,
    'a macro that serves many columns': `
      //- macros/gender.sql
      {% macro gender(column) %}case when {{ column }} = 'm' then 'male' when {{ column }} = 'd' then 'diverse' end{% endmacro %}
      //- models/schema.yml
      models:
        - name: users
          columns: [{ name: gender, tests: [{ accepted_values: { values: [male] } }] }]
      //- models/users.sql
      select {{ gender('sex') }} as gender from {{ ref('x') }}
    `,
    'a branch that copies a column, a test for some rows, a value filtered out': `
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: size
              tests: [{ accepted_values: { values: [small] } }]
            - name: channel
              tests: [{ accepted_values: { values: [web], config: { where: is_new } } }]
            - name: state
              tests: [{ accepted_values: { values: [open] } }]
      //- models/orders.sql
      with a as (
        select case when x then 'big' else size end as size, 'shop' as channel,
          case when y then 'open' else 'gone' end as state
        from {{ ref('x') }}
      )
      select size, channel, state from a where state <> 'gone'
    `,
  },
});

function isAcceptedValues(test: TestFacts): boolean {
  return (
    test.name === 'accepted_values' &&
    test.config['where'] === undefined &&
    test.config['enabled'] !== false &&
    test.config['limit'] === undefined
  );
}

function isInMacro(unit: SqlUnit, literal: Literal): boolean {
  const { file, call } = unit.expansion.map.toSource(literal);
  return file !== unit.file || call !== undefined;
}

/** A filter of the select speaks of the column: the value may never come through. */
function mayRemove(select: Select, name: string, unit: SqlUnit): boolean {
  return [select.where, select.having, select.qualify].some(
    clause => clause && new RegExp(`\\b${escaped(name)}\\b`, 'i').test(unit.text.slice(clause.start, clause.end)),
  );
}

function escaped(name: string): string {
  return name.replace(/[^\w]/g, '\\$&');
}

function addToTest(id: string, column: string, literal: Literal, project: ProjectView): RuleFix {
  const elsewhere = () => {
    const place = project.placesOf(id);
    const entry = place?.entry.columns.find(one => one.facts.name === column);
    const test = entry?.tests.find(one => isAcceptedValues(one.facts));
    const edit = place && test && editOf(project.textOf(place.file) ?? '', test, literal);
    return place && edit ? { edits: [{ file: place.file, edits: [edit] }] } : {};
  };
  return { title: `Add '${literal.value}' to the test`, safe: false, edits: [], elsewhere };
}

/** Behind the last value, in the list's own style. */
function editOf(text: string, test: PlacedTest, literal: Literal) {
  const at = test.argumentsAt['values'];
  if (!at) return undefined;
  const list = text.slice(at.start, at.end).trimEnd();
  const end = at.start + list.length;
  const last = list.startsWith('[') ? list.slice(0, -1) : list;
  const quote = /(['"])\s*,?\s*$/.exec(last)?.[1] ?? '';
  const isPlain = quote === '' && (literal.type !== 'string' || /^[A-Za-z][\w ]*$/.test(literal.value));
  const value = isPlain
    ? literal.value
    : quote === '"'
      ? JSON.stringify(literal.value)
      : `'${literal.value.replaceAll("'", "''")}'`;
  if (list.startsWith('[')) return insert(end - 1, `, ${value}`);
  if (!list.startsWith('-')) return undefined;
  const indent = ' '.repeat(at.start - (text.lastIndexOf('\n', at.start - 1) + 1));
  return insert(end, `\n${indent}- ${value}`);
}
