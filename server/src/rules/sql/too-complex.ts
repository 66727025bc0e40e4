import { walk } from '../../syntax/sql/walk.ts';
import { joinsOf } from '../expressions.ts';
import { defineRule, number } from '../rule.ts';

export default defineRule({
  summary: 'A model has more joins, CTEs or lines than people can keep in mind.',
  why: 'Long models hide mistakes, are slow to review, and cannot be tested in parts.',
  details:
    'Counts the lines of the file but rows of VALUES, and joins and CTEs after Jinja has run. Off unless turned on.',
  severity: 'info',
  default: 'off',
  options: {
    joins: number('Joins in one SELECT.', 10, 1, 1000),
    ctes: number('CTEs in one model.', 20, 1, 1000),
    lines: number('Lines of the file.', 500, 10, 100_000),
  },
  on: ['template', 'sql:file', 'sql:select'],
  check(subject, { unit, options, report }) {
    if ('template' in subject) {
      // Rows of VALUES are data, however many they are.
      const lines = subject.text
        .trimEnd()
        .split('\n')
        .filter(line => !/^\s*,?\s*\(.*\)\s*,?\s*$/.test(line)).length;
      if (lines > options.lines)
        report(
          'file',
          `This model has ${lines} lines, more than ${options.lines}. Split it into models that can be tested by themselves.`,
        );
      return;
    }
    if (!unit) return;
    if (subject.kind === 'select') {
      const joins = (subject.from?.items ?? []).reduce((sum, item) => sum + joinsOf(item).length, 0);
      if (subject.from && joins > options.joins) {
        report(
          { start: subject.from.start, end: subject.from.start + 4 },
          `This SELECT has ${joins} joins, more than ${options.joins}. Join in steps, each a model with a grain of its own.`,
        );
      }
      return;
    }
    const names: { readonly start: number; readonly end: number }[] = [];
    walk(subject, node => {
      if (node.kind === 'cte') names.push(node.name);
    });
    const first = names[options.ctes];
    if (first) {
      report(
        first,
        `This model has ${names.length} CTEs, more than ${options.ctes}. Move steps that stand by themselves into models of their own.`,
      );
    }
  },
  examples: {
    'too many joins': `
      //- grainline.yml
      rules:
        too-complex: [info, { joins: 2 }]
      //- models/a.sql
      select a.id from {{ ref('a') }} as a
                  ^^^^ info: This SELECT has 3 joins, more than 2
      join {{ ref('b') }} as b on b.id = a.id join {{ ref('c') }} as c on c.id = a.id join {{ ref('d') }} as d on d.id = a.id
      -> no fix
    `,
    'too many CTEs': `
      //- grainline.yml
      rules:
        too-complex: [info, { ctes: 2 }]
      //- models/a.sql
      with a as (select 1 as id), b as (select id from a), c as (select id from b)
                                                           ^ This model has 3 CTEs, more than 2
      select id from c
    `,
    'a model of common size': `
      with a as (select 1 as id), b as (select id from a) select b.id from b join a on a.id = b.id
    `,
    'exactly as many as allowed': `
      //- grainline.yml
      rules:
        too-complex: [info, { ctes: 2, joins: 1 }]
      //- models/a.sql
      with a as (select 1 as id), b as (select id from a) select b.id from b join a on a.id = b.id
    `,
  },
});
